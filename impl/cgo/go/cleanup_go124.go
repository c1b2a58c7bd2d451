// SPDX-License-Identifier: Apache-2.0

//go:build go1.24

package gonogo

import "runtime"

// closeWith closes the resource when the owner is unreachable and was not closed. A cleanup, other
// than a finalizer, does not keep the owner for another cycle, and works in cyclic structures.
func closeWith[T any](owner *T, r *resource) {
	runtime.AddCleanup(owner, func(r *resource) { _ = r.close() }, r)
}
