// SPDX-License-Identifier: Apache-2.0

// main.go - loads an eBPF object with the binding of impl/bpfobj/go, and says what its caller learns
// of a refusal.
//
// usage: binding FILE [PROGRAM]   one JSON object: errno (0: none, -1: no number), said, log, class
package main

import (
	"encoding/json"
	"errors"
	"os"

	"gonogo/bpfobj"
)

type answer struct {
	Errno int    `json:"errno"`
	Said  string `json:"said"`
	Log   string `json:"log"`
	Class string `json:"class"`
}

func load(file string, programs []string) error {
	module, err := bpfobj.NewModuleFromFile(file)
	if err != nil {
		return err
	}
	defer module.Close()
	if len(programs) > 0 {
		if err := module.SetAutoload(false); err != nil {
			return err
		}
		if err := module.SetAutoload(true, programs...); err != nil {
			return err
		}
	}
	return module.BPFLoadObject()
}

func main() {
	var said answer
	var e *bpfobj.Error

	if err := load(os.Args[1], os.Args[2:]); err != nil {
		said = answer{Errno: -1, Said: err.Error()}
		if errors.As(err, &e) {
			said.Log, said.Class = e.Log, e.Class
			if e.Errno != 0 {
				said.Errno = int(e.Errno)
			}
			if e.Log == "" && e.Said != "" {
				said.Said = e.Said
			}
		}
	}
	json.NewEncoder(os.Stdout).Encode(said)
}
