// SPDX-License-Identifier: Apache-2.0

//go:build gonogo_pkgconfig

package gonogo

// #cgo pkg-config: gonogo-cgo
import "C"
