// SPDX-License-Identifier: Apache-2.0

//go:build !gonogo_pkgconfig && !gonogo_env

package gonogo

// #cgo CFLAGS: -I${SRCDIR}/.. -I${SRCDIR}/../../base -I${SRCDIR}/../../aes -I${SRCDIR}/../../evp
// #cgo LDFLAGS: ${SRCDIR}/../../../build/libgonogo-cgo.a ${SRCDIR}/../../../build/libgonogo-evp.a ${SRCDIR}/../../../build/libgonogo.a -lcrypto
import "C"
