// SPDX-License-Identifier: Apache-2.0

//go:build gonogo_env

package bpfobj

// #include <gng_bpfobj.h>
import "C"
