// SPDX-License-Identifier: Apache-2.0

// Command cost measures what the boundary costs: contenders in turn, in slices of some 100 us, so
// that a busy machine slows all of them alike. It prints what hwtests/cgo/cost_hw.c reads:
//
//	ns NAME VALUE                the best slice, per operation
//	ratio A/B MEDIAN...          five blocks: how often faster A is than B, the first contender
//	less A/B MEDIAN...           five blocks: how many ns B takes less than A
//	testing NAME VALUE ALLOCS    the same contender by testing.Benchmark
package main

import (
	"flag"
	"fmt"
	"os"
	"sort"
	"testing"
	"time"
)

// contender does n times per operations of the same work as its rivals.
type contender struct {
	name string
	run  func(n int)
	per  int
}

const (
	numBlocks = 5
	perBlock  = 15
	slice     = 150 * time.Microsecond
)

// sized finds how many operations fill a slice.
func sized(c contender) int {
	for n := 1; ; n *= 2 {
		start := time.Now()
		c.run(n)
		if took := time.Since(start); took > slice/2 || n > 1<<20 {
			return n
		}
	}
}

func median(x []float64) float64 {
	x = append([]float64(nil), x...)
	sort.Float64s(x)
	return x[len(x)/2]
}

// race runs all in turn; ns[i] are the times per operation of contender i.
func race(all []contender) (ns [][]float64) {
	ns = make([][]float64, len(all))
	sizes := make([]int, len(all))
	for i, c := range all {
		sizes[i] = sized(c)
	}
	for round := 0; round < numBlocks*perBlock; round++ {
		for i, c := range all {
			start := time.Now()
			c.run(sizes[i])
			ns[i] = append(ns[i], float64(time.Since(start).Nanoseconds())/float64(sizes[i]*c.per))
		}
	}
	return ns
}

// report prints each contender's best, and the first against each of the others.
func report(all []contender) {
	ns := race(all)
	for i, c := range all {
		best := ns[i][0]
		for _, x := range ns[i] {
			if x < best {
				best = x
			}
		}
		fmt.Printf("ns %s %.2f\n", c.name, best)
	}
	for i := 1; i < len(all); i++ {
		blocks("ratio", all[i].name+"/"+all[0].name, func(k int) float64 { return ns[0][k] / ns[i][k] })
		blocks("less", all[0].name+"/"+all[i].name, func(k int) float64 { return ns[0][k] - ns[i][k] })
	}
}

// blocks prints the median of each block of rounds.
func blocks(word, name string, value func(round int) float64) {
	fmt.Printf("%s %s", word, name)
	for b := 0; b < numBlocks; b++ {
		var x []float64
		for k := b * perBlock; k < (b+1)*perBlock; k++ {
			x = append(x, value(k))
		}
		fmt.Printf(" %.4f", median(x))
	}
	fmt.Println()
}

// byTesting prints what testing.B says of each.
func byTesting(all []contender) {
	for _, c := range all {
		r := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			c.run(b.N)
		})
		fmt.Printf("testing %s %.2f %d\n", c.name,
			float64(r.T.Nanoseconds())/float64(r.N*c.per), r.AllocsPerOp())
	}
}

func main() {
	cases := map[string]func() []contender{
		"crossing":    crossing,
		"gcm_64":      func() []contender { return gcm(64) },
		"gcm_1k":      func() []contender { return gcm(1024) },
		"gcm_16k":     func() []contender { return gcm(16 << 10) },
		"article_cbc": articleCBC,
	}
	testing.Init()
	if err := flag.Set("test.benchtime", "100ms"); err != nil {
		panic(err)
	}
	if len(os.Args) < 2 || cases[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: cost crossing | gcm_64 | gcm_1k | gcm_16k | article_cbc [testing]")
		os.Exit(2)
	}
	all := cases[os.Args[1]]()
	report(all)
	if len(os.Args) > 2 {
		byTesting(all)
	}
}
