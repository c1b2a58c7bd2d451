// SPDX-License-Identifier: Apache-2.0

// Command lint reads Go sources that use cgo, and reports what no sanitizer sees when it runs:
// copies by C.GoBytes, lengths cut to a C int, &b[0] of a slice that may be empty, text with a NUL
// for C.CString, C memory that is never freed, and fields of objects whose finalizer may run.
// It looks at one function at a time, and asks for a check of the same name, not for a proof.
//
//	lint DIRECTORY...    prints "file:line: function: rule: what to do"; exit 1 if there is any
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
)

// function is what the rules look at.
type function struct {
	*ast.FuncDecl
	fset *token.FileSet
	made map[string]bool // functions that set a finalizer on what they return
	num  *int
}

func (f *function) say(n ast.Node, rule, advice string) {
	*f.num++
	at := f.fset.Position(n.Pos())
	fmt.Printf("%s:%d: %s: %s: %s\n", at.Filename, at.Line, f.Name.Name, rule, advice)
}

// text is an expression as one word: names and dots.
func text(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return text(e.X) + "." + e.Sel.Name
	case *ast.ParenExpr:
		return text(e.X)
	case *ast.CallExpr:
		if len(e.Args) == 1 {
			return text(e.Fun) + "(" + text(e.Args[0]) + ")"
		}
	}
	return ""
}

// any tells whether a node of the function satisfies is.
func (f *function) any(is func(n ast.Node) bool) (found bool) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		found = found || n != nil && is(n)
		return !found
	})
	return found
}

func (f *function) calls(name string, arg string) bool {
	return f.any(func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		return ok && text(call.Fun) == name && (arg == "" || len(call.Args) > 0 && text(call.Args[0]) == arg)
	})
}

// compares tells whether e stands in a comparison.
func (f *function) compares(e string) bool {
	return f.any(func(n ast.Node) bool {
		b, ok := n.(*ast.BinaryExpr)
		if !ok {
			return false
		}
		switch b.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			return text(b.X) == e || text(b.Y) == e
		}
		return false
	})
}

var narrow = map[string]bool{"C.int": true, "C.uint": true, "C.short": true, "C.ushort": true,
	"C.char": true, "C.uchar": true, "C.schar": true, "C.int32_t": true, "C.uint32_t": true,
	"C.int16_t": true, "C.uint16_t": true, "C.int8_t": true, "C.uint8_t": true}

// bounded: constants, remainders, and what a comparison in the same function is about.
func (f *function) bounded(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return e.Op == token.REM || e.Op == token.AND
	}
	name := text(e)
	return strings.HasPrefix(name, "C.") || name != "" && f.compares(name)
}

func (f *function) call(call *ast.CallExpr) {
	name := text(call.Fun)
	if len(call.Args) == 0 {
		return
	}
	switch {
	case name == "C.GoBytes" || name == "C.GoStringN":
		f.say(call, "gobytes", "sanitizers do not see this copy: append([]byte(nil), unsafe.Slice(...)...)")
	case narrow[name] && !f.bounded(call.Args[0]):
		f.say(call, "narrow", "a length above 2^31 is cut: compare it first, or pass size_t")
	case name == "C.CString":
		f.cstring(call)
	case name == "unsafe.Pointer":
		f.first(call.Args[0])
	}
	if name == "C.CString" || name == "C.CBytes" || name == "C.malloc" || name == "C.calloc" {
		if !f.calls("C.free", "") && !f.returns(call) {
			f.say(call, "free", "C memory that is never freed here: defer C.free(...)")
		}
	}
}

func (f *function) cstring(call *ast.CallExpr) {
	if _, literal := call.Args[0].(*ast.BasicLit); literal {
		return
	}
	if f.calls("strings.IndexByte", text(call.Args[0])) || f.calls("strings.Contains", text(call.Args[0])) {
		return
	}
	f.say(call, "cstring", "a NUL inside ends the text for C: look for one, or pass the length")
}

// returns tells whether the call's result is what the function returns: its caller frees it.
func (f *function) returns(call *ast.CallExpr) bool {
	return f.any(func(n ast.Node) bool {
		r, ok := n.(*ast.ReturnStmt)
		if !ok {
			return false
		}
		for _, e := range r.Results {
			if e == ast.Expr(call) {
				return true
			}
		}
		return false
	})
}

// first reports &b[0] where the function never asks for len(b).
func (f *function) first(e ast.Expr) {
	u, ok := e.(*ast.UnaryExpr)
	if !ok || u.Op != token.AND {
		return
	}
	index, ok := u.X.(*ast.IndexExpr)
	if !ok {
		return
	}
	zero, ok := index.Index.(*ast.BasicLit)
	name := text(index.X)
	if !ok || zero.Value != "0" || name == "" || strings.Contains(name, "(") {
		return
	}
	if f.any(func(n ast.Node) bool { // a length in a comparison, not only as an argument
		b, ok := n.(*ast.BinaryExpr)
		return ok && (text(b.X) == "len("+name+")" || text(b.Y) == "len("+name+")")
	}) {
		return
	}
	f.say(u, "first", "panics if "+name+" is empty: ask for its length, and pass nil")
}

// field reports fields read from an object with a finalizer, in a function without KeepAlive.
func (f *function) field(s *ast.SelectorExpr) {
	if f.calls("runtime.KeepAlive", "") {
		return
	}
	if call, ok := s.X.(*ast.CallExpr); ok && f.made[text(call.Fun)] {
		f.say(s, "finalizer", "the object may be collected as soon as this field is read: keep it, and KeepAlive")
	}
}

func (f *function) check() {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			f.call(n)
		case *ast.SelectorExpr:
			f.field(n)
		}
		return true
	})
}

// functionsOf lists the functions of a package, and those that set finalizers.
func functionsOf(pkg *ast.Package, fset *token.FileSet, num *int) (all []*function) {
	made := map[string]bool{}
	for _, file := range pkg.Files {
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
				f := &function{decl, fset, made, num}
				made[decl.Name.Name] = f.calls("runtime.SetFinalizer", "")
				all = append(all, f)
			}
		}
	}
	return all
}

func main() {
	num, files := 0, 0
	for _, dir := range os.Args[1:] {
		fset := token.NewFileSet()
		packages, err := parser.ParseDir(fset, dir, nil, 0)
		if err != nil {
			fmt.Fprintln(os.Stderr, "lint:", err)
			os.Exit(2)
		}
		for _, pkg := range packages {
			files += len(pkg.Files)
			for _, f := range functionsOf(pkg, fset, &num) {
				f.check()
			}
		}
	}
	if files == 0 {
		fmt.Fprintln(os.Stderr, "usage: lint DIRECTORY... (with Go files in them)")
		os.Exit(2)
	}
	if num > 0 {
		os.Exit(1)
	}
}
