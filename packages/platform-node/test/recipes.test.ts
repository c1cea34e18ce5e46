/** The recipes of docs/testing.md for Effect 3. */
import { defineRecipes } from "@procfsroot/testkit/recipes"

defineRecipes("Effect 3", (specifier) => import(specifier))
