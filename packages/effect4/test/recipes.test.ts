/** Runs the recipes of docs/testing.md for Effect 4. */
import { defineRecipes } from "@procfsroot/testkit/recipes"

defineRecipes("Effect 4", (specifier) => import(specifier))
