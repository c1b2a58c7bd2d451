// SPDX-License-Identifier: Apache-2.0

// main.go - loads an eBPF object with cilium/ebpf, and says what its caller learns of a refusal.
//
// usage: cilium FILE [PROGRAM]   one JSON object: errno (0: none), said, log
package main

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"syscall"

	"github.com/cilium/ebpf"
)

type answer struct {
	Errno int    `json:"errno"`
	Said  string `json:"said"`
	Log   string `json:"log"`
}

// load is what the package's documentation shows: a spec from the file, a collection from it.
func load(file, program string) error {
	spec, err := ebpf.LoadCollectionSpec(file)
	if err != nil {
		return err
	}
	for name := range spec.Programs {
		if program != "" && name != program {
			delete(spec.Programs, name)
		}
	}
	collection, err := ebpf.NewCollection(spec)
	if err == nil {
		collection.Close()
	}
	return err
}

func main() {
	var said answer
	var errno syscall.Errno
	var verifier *ebpf.VerifierError

	program := ""
	if len(os.Args) > 2 {
		program = os.Args[2]
	}
	if err := load(os.Args[1], program); err != nil {
		said.Said = err.Error()
		said.Errno = -1
		if errors.As(err, &errno) {
			said.Errno = int(errno)
		}
		if errors.As(err, &verifier) {
			said.Log = strings.Join(verifier.Log, "\n")
		}
	}
	json.NewEncoder(os.Stdout).Encode(said)
}
