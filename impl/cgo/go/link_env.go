// SPDX-License-Identifier: Apache-2.0

//go:build gonogo_env

package gonogo

// #include <gng_cgo.h>
import "C"
