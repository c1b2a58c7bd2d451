// SPDX-License-Identifier: Apache-2.0

// Package targets has the fuzz targets of the boundary. Each takes any bytes, and panics when the
// package gonogo differs from crypto/cipher, crypto/x509 or its own contract. With the build tag
// planted each has one bug more, deep enough that it takes an engine to find it.
package targets

import (
	"fmt"
	"sort"
)

// All are the targets by name.
var All = map[string]func(data []byte){
	"aead":       AEAD,
	"stream":     Stream,
	"view":       View,
	"callback":   Callback,
	"concurrent": Concurrent,
}

// Names lists them.
func Names() (names []string) {
	for name := range All {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// input is what is left of the bytes; behind the end are zeros.
type input struct{ data []byte }

func (in *input) byte() byte {
	if len(in.data) == 0 {
		return 0
	}
	b := in.data[0]
	in.data = in.data[1:]
	return b
}

func (in *input) more() bool { return len(in.data) > 0 }

// bytes takes up to n bytes.
func (in *input) bytes(n int) []byte {
	if n > len(in.data) {
		n = len(in.data)
	}
	b := in.data[:n:n]
	in.data = in.data[n:]
	return b
}

// exactly takes n bytes, zeros behind the end.
func (in *input) exactly(n int) []byte {
	b := make([]byte, n)
	copy(b, in.bytes(n))
	return b
}

func check(ok bool, format string, args ...any) {
	if !ok {
		panic(fmt.Sprintf(format, args...))
	}
}
