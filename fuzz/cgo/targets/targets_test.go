// SPDX-License-Identifier: Apache-2.0

package targets

import (
	"bufio"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// seeds reads NAME.seeds, "name = hex" lines behind "# cases: N".
func seeds(t testing.TB, name string) (all [][]byte) {
	file, err := os.Open(name + ".seeds")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	declared := -1
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "# cases: ") {
			declared = 0
			for _, digit := range line[len("# cases: "):] {
				declared = 10*declared + int(digit-'0')
			}
		}
		if at := strings.Index(line, "="); at > 0 && line[0] != '#' {
			seed, err := hex.DecodeString(strings.TrimSpace(line[at+1:]))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, seed)
		}
	}
	if len(all) != declared {
		t.Fatalf("%s.seeds has %d seeds and declares %d", name, len(all), declared)
	}
	return all
}

// replay runs a target over its seeds; with go test -fuzz it is also a fuzzer, blind to C.
func replay(f *testing.F, name string) {
	for _, seed := range seeds(f, name) {
		f.Add(seed)
	}
	target := All[name]
	f.Fuzz(func(t *testing.T, data []byte) { target(data) })
}

func FuzzAEAD(f *testing.F)       { replay(f, "aead") }
func FuzzStream(f *testing.F)     { replay(f, "stream") }
func FuzzView(f *testing.F)       { replay(f, "view") }
func FuzzCallback(f *testing.F)   { replay(f, "callback") }
func FuzzConcurrent(f *testing.F) { replay(f, "concurrent") }
