// SPDX-License-Identifier: Apache-2.0

package targets

import (
	"bytes"
	"encoding/pem"
	"io"
	"runtime"

	"gonogo"
)

var der = decode(certificate)

func decode(text []byte) []byte {
	block, _ := pem.Decode(text)
	return block.Bytes
}

const slots = 4

// world is what a script acts on, and the model of it.
type world struct {
	objects [slots]*gonogo.DER
	readers [slots]*gonogo.Reader
	open    [slots]bool // the object
	reading [slots]bool
	gcs     int
	plant   plantedView
}

// collect runs the collector a few times for each input: it costs more than all the rest.
func (w *world) collect() {
	if w.gcs++; w.gcs <= 3 {
		runtime.GC()
	}
}

// View runs a script of one byte a step: which slot, and what to do with it.
func View(data []byte) {
	w := &world{}
	for i := range w.objects {
		w.objects[i] = &gonogo.DER{}
	}
	for i, b := range data {
		if i == 64 { // collections are slow
			break
		}
		w.step(int(b%slots), b/slots)
	}
	for i := range w.objects {
		if w.open[i] {
			check(w.objects[i].Close() == nil, "no close at the end")
		}
	}
}

func (w *world) step(i int, what byte) {
	switch what % 8 {
	case 0:
		w.parse(i)
	case 1:
		w.use(i)
	case 2:
		w.closeObject(i)
	case 3:
		w.collect()
	case 4:
		w.startReader(i)
	case 5:
		w.read(i)
	case 6:
		w.closeReader(i)
	case 7:
		w.drop(i)
	}
}

func (w *world) parse(i int) {
	if w.open[i] {
		return
	}
	d, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	check(err == nil, "parse: %v", err)
	w.objects[i], w.open[i] = d, true
	w.plant.parsed(i)
}

func (w *world) use(i int) {
	err := w.objects[i].Use(func(b []byte) error {
		check(bytes.Equal(b, der), "a view has other bytes")
		if i == 0 {
			w.collect()
			check(bytes.Equal(b, der), "a view has other bytes behind a collection")
		}
		return nil
	})
	check(err == nil == w.open[i], "use: %v, open %v", err, w.open[i])
	w.plant.used(i)
}

func (w *world) closeObject(i int) {
	err := w.objects[i].Close()
	check(err == nil == w.open[i], "close: %v, open %v", err, w.open[i])
	w.open[i] = false
	w.plant.closed(i)
}

func (w *world) startReader(i int) {
	if w.reading[i] {
		return
	}
	r, err := w.objects[i].Reader()
	check(err == nil == w.open[i], "reader: %v, open %v", err, w.open[i])
	w.readers[i], w.reading[i] = r, err == nil
}

func (w *world) read(i int) {
	if w.readers[i] == nil {
		return
	}
	b := make([]byte, 2*len(der))
	n, err := w.readers[i].ReadAt(b, 0)
	if w.reading[i] {
		check(err == io.EOF && bytes.Equal(b[:n], der), "read: %d, %v", n, err)
	} else {
		check(err == gonogo.ErrClosed && n == 0, "read of a closed one: %d, %v", n, err)
	}
}

func (w *world) closeReader(i int) {
	if w.readers[i] == nil {
		return
	}
	err := w.readers[i].Close()
	check(err == nil == w.reading[i], "close of a reader: %v", err)
	w.reading[i] = false
}

// drop forgets the object: the collector closes it. A reader keeps it.
func (w *world) drop(i int) {
	w.objects[i], w.open[i] = &gonogo.DER{}, false
	w.plant.closed(i)
}
