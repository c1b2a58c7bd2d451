// SPDX-License-Identifier: Apache-2.0

// Command boundary commits the classic bugs of the boundary between Go and C, one a run, so that a
// matrix can tell which tool sees which. Each has a mended twin that no tool may complain about,
// and, where the package gonogo rules the bug out, a third version that tries it there.
//
//	boundary list                 the classes
//	boundary planted|mended NAME  one of them
//	boundary ours NAME            the same mistake with gonogo
//	boundary soak N               N operations of gonogo: what is resident before and after
package main

// #include "bugs.h"
import "C"

import (
	"fmt"
	"os"
)

// class is one bug. planted and mended return what went wrong for all to see, or "". ours returns
// how gonogo answers the mistake, and "" if it does not; nil if gonogo cannot be asked.
type class struct {
	name            string
	planted, mended func() string
	ours            func() string
}

func find(name string) *class {
	for i := range classes {
		if classes[i].name == name {
			return &classes[i]
		}
	}
	fmt.Fprintln(os.Stderr, "boundary: no class", name)
	os.Exit(2)
	return nil
}

func run(what, name string) string {
	if what == "soak" {
		return soak(name)
	}
	c := find(name)
	switch {
	case what == "planted":
		return c.planted()
	case what == "mended":
		return c.mended()
	case what == "ours" && c.ours != nil:
		return c.ours()
	}
	return ""
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "list" {
		for _, c := range classes {
			fmt.Println(c.name)
		}
		return
	}
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: boundary list | planted NAME | mended NAME | ours NAME | soak N")
		os.Exit(2)
	}
	fmt.Printf("says: %s\n", run(os.Args[1], os.Args[2]))
	if os.Getenv("BOUNDARY_LEAKS") != "" && C.c_check_leaks() != 0 {
		os.Exit(1)
	}
	fmt.Println("ended")
}
