import { defineRecipes } from "@procfsroot/testkit/recipes"

defineRecipes("Effect 4", (specifier) => import(specifier))
