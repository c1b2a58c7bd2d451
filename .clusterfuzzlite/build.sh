#!/bin/bash -eu
# SPDX-License-Identifier: Apache-2.0
# build.sh - the build of the tree itself, which ClusterFuzzLite uses too.
exec "$SRC/gonogo/ci/fuzz-build"
