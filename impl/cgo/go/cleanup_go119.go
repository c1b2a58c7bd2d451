// SPDX-License-Identifier: Apache-2.0

//go:build !go1.24

package gonogo

import "runtime"

// closeWith closes the resource when the owner is unreachable and was not closed.
func closeWith[T any](owner *T, r *resource) {
	runtime.SetFinalizer(owner, func(*T) { _ = r.close() })
}
