// SPDX-License-Identifier: Apache-2.0

package gonogo

// #include <stddef.h>
// #include <stdint.h>
import "C"

import "runtime/cgo"

// gonogoVisit is what C calls. It always returns: nonzero stops C. A token that stands for nothing
// (it was deleted, or C made it up) stops, too.
//
//export gonogoVisit
func gonogoVisit(token C.uintptr_t, bytes *C.uint8_t, n C.size_t) (stop C.int) {
	stop = 1
	v := visitorOf(cgo.Handle(token))
	if v == nil {
		return
	}
	defer func() {
		if v.panicked {
			v.value = recover()
		}
	}()
	v.panicked = true // until visit has returned: panic(nil) recovers as nil
	v.err = v.visit(slice(bytes, n))
	v.panicked = false
	if v.err == nil {
		stop = 0
	}
	return
}

func visitorOf(token cgo.Handle) (v *visitor) {
	defer func() { _ = recover() }() // Value panics for a token that is none
	v, _ = token.Value().(*visitor)
	return v
}
