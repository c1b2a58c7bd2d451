// SPDX-License-Identifier: Apache-2.0

//go:build !gonogo_pkgconfig && !gonogo_env

package bpfobj

// #cgo CFLAGS: -I${SRCDIR}/.. -I${SRCDIR}/../../base
// #cgo LDFLAGS: ${SRCDIR}/../../../build/libgonogo-bpfobj.a ${SRCDIR}/../../../build/libgonogo.a -lbpf
import "C"
