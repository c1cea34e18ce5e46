import { defineRecipes } from "@procfsroot/testkit/recipes"

defineRecipes("Effect 3", (specifier) => import(specifier))
