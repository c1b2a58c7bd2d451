// SPDX-License-Identifier: Apache-2.0

package gonogo

// #include <gng_cgo.h>
// extern int gonogoVisit(uintptr_t token, uint8_t *bytes, size_t len);
// static inline enum gng_status gonogo_pem_each(const char *text, size_t len, uintptr_t token,
// 		int *stopped, struct gng_why *why)
// {
// 	return gng_evp_pem_each(text, len, (gng_evp_visit)(void *)gonogoVisit, token, stopped, why);
// }
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// visitor is what a token stands for while C walks through a bundle.
type visitor struct {
	visit    func(der []byte) error
	err      error
	panicked bool
	value    any
}

// EachCertificate calls visit for each certificate of a PEM bundle, in order. The slice is valid
// until visit returns. The first error that visit returns ends it, and is returned. A panic in
// visit passes on to the caller, but not through C: it waits until C has cleaned up. visit must not
// end the goroutine (runtime.Goexit, t.FailNow): that cannot wait.
func EachCertificate(bundle []byte, visit func(der []byte) error) error {
	v := &visitor{visit: visit}
	token := cgo.NewHandle(v)
	defer token.Delete()
	var stopped C.int
	var why C.struct_gng_why
	s := C.gonogo_pem_each((*C.char)(unsafe.Pointer(pointer(bundle))), C.size_t(len(bundle)),
		C.uintptr_t(token), &stopped, &why)
	if v.panicked {
		panic(v.value)
	}
	if v.err != nil {
		return v.err
	}
	return explain(s, &why)
}
