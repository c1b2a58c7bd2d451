// SPDX-License-Identifier: Apache-2.0

//go:build gonogo_pkgconfig

package bpfobj

// #cgo pkg-config: gonogo-bpfobj
import "C"
