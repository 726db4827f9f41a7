#!/bin/sh
# Runs a program of the server, whose arguments these are, once the web app that it serves is built.
node scripts/build-ui.ts && exec node "$@"
