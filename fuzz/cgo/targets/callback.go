// SPDX-License-Identifier: Apache-2.0

package targets

import (
	"bytes"
	"errors"

	"gonogo"
)

var (
	errStop   = errors.New("stop")
	panicking = "in the visitor"
)

// Callback builds a bundle from the input and walks through it with a visitor that stops, panics,
// walks itself or goes on, as the input says.
func Callback(data []byte) {
	in := &input{data}
	num := int(in.byte() % 5)
	var bundle []byte
	for i := 0; i < num; i++ {
		bundle = append(append(bundle, bytes.ReplaceAll(in.bytes(int(in.byte()%16)), []byte("-"), []byte("+"))...), '\n')
		bundle = append(bundle, certificate...)
	}
	walk(in, bundle, num, 2)
}

// walk checks how the walk ends against what the visitor did last.
func walk(in *input, bundle []byte, num, depth int) {
	visits, want := 0, error(nil)
	panics := false
	plant := newPlantedCallback()
	defer func() {
		got := recover()
		check(panics == (got != nil) && (got == nil || got == panicking), "panic %v", got)
	}()
	err := gonogo.EachCertificate(bundle, func(b []byte) error {
		visits++
		check(bytes.Equal(b, der), "other bytes")
		what := in.byte()
		plant.visit(b, what)
		switch {
		case what%8 == 1:
			want = errStop
		case what%8 == 2:
			panics = true
			panic(panicking)
		case what%8 == 3 && depth > 0:
			walk(in, bundle, num, depth-1)
		}
		return want
	})
	switch {
	case num == 0:
		check(errors.Is(err, gonogo.ErrFormat), "an empty bundle: %v", err)
	case want != nil:
		check(err == want, "%v, not %v", err, want)
	default:
		check(err == nil && visits == num, "%d of %d visits, %v", visits, num, err)
	}
}
