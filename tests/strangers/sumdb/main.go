// Checks a log with Go's own checksum-database libraries, knowing only its place and its key:
//
//	sumdb VKEY PLACE [CHECKPOINT-FILE...]
//
// PLACE is a URL prefix or a folder. The checkpoint's signature, every tile (against the signed
// root), every entry's bytes, inclusion proofs, and the proofs from older sizes and from the given
// older checkpoints are checked. One line of JSON says what was done; exit 1 says what is wrong.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const few = 600 // up to this size every entry and every older size is proven, beyond it samples

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: sumdb VKEY PLACE [CHECKPOINT-FILE...]"))
	}
	verifier, err := note.NewVerifier(os.Args[1])
	fail(err)
	read := once(reader(os.Args[2]))
	signed, err := read("checkpoint")
	fail(err)
	tree := open(signed, verifier)
	done := map[string]interface{}{"size": tree.N, "root": tree.Hash.String()}
	if tree.N == 0 {
		if tree.Hash != tlog.Hash(sha256.Sum256(nil)) {
			fail(fmt.Errorf("the empty tree has another root"))
		}
	} else {
		hashes := tlog.TileHashReader(tree, tiles{read})
		done["entries"] = entries(tree, hashes, read)
		done["inclusion"] = inclusion(tree, hashes)
		done["consistency"] = consistency(tree, hashes)
		for _, name := range os.Args[3:] {
			older(tree, hashes, name, verifier)
		}
	}
	done["older"] = len(os.Args) - 3
	line, err := json.Marshal(done)
	fail(err)
	fmt.Println(string(line))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "sumdb:", err)
		os.Exit(1)
	}
}

// reader gives the bytes at a path of the log.
func reader(place string) func(string) ([]byte, error) {
	if !strings.HasPrefix(place, "http://") && !strings.HasPrefix(place, "https://") {
		return func(path string) ([]byte, error) {
			return os.ReadFile(filepath.Join(place, filepath.FromSlash(path)))
		}
	}
	return func(path string) ([]byte, error) {
		response, err := http.Get(strings.TrimSuffix(place, "/") + "/" + path)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", path, response.Status)
		}
		return io.ReadAll(response.Body)
	}
}

// once keeps what was read: a run sees one state, and asks for each file a single time.
func once(read func(string) ([]byte, error)) func(string) ([]byte, error) {
	kept := map[string][]byte{}
	return func(path string) ([]byte, error) {
		if data, found := kept[path]; found {
			return data, nil
		}
		data, err := read(path)
		if err == nil {
			kept[path] = data
		}
		return data, err
	}
}

// open checks the note's signature and reads the checkpoint's three lines.
func open(signed []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	fail(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		fail(fmt.Errorf("the checkpoint has not three lines, or another origin"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail(err)
	root, err := tlog.ParseHash(lines[2])
	fail(err)
	return tlog.Tree{N: size, Hash: root}
}

// grouped writes a tile number in groups of three digits, all but the last behind an x.
func grouped(number int64) string {
	path := fmt.Sprintf("%03d", number%1000)
	for number >= 1000 {
		number /= 1000
		path = fmt.Sprintf("x%03d/%s", number%1000, path)
	}
	return path
}

func partial(width int) string {
	if width == 256 {
		return ""
	}
	return fmt.Sprintf(".p/%d", width)
}

// tiles maps the library's tiles of height 8 to the paths of tlog-tiles.
type tiles struct {
	read func(string) ([]byte, error)
}

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data, err := t.read(fmt.Sprintf("tile/%d/%s%s", tile.L, grouped(tile.N), partial(tile.W)))
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// entries hashes every entry of every bundle and compares it with the authenticated tile.
func entries(tree tlog.Tree, hashes tlog.HashReader, read func(string) ([]byte, error)) int64 {
	seen := int64(0)
	for bundle := int64(0); bundle*256 < tree.N; bundle++ {
		width := 256
		if rest := tree.N - bundle*256; rest < 256 {
			width = int(rest)
		}
		data, err := read("tile/entries/" + grouped(bundle) + partial(width))
		fail(err)
		stored := make([]int64, width)
		for i := range stored {
			stored[i] = tlog.StoredHashIndex(0, bundle*256+int64(i))
		}
		expected, err := hashes.ReadHashes(stored)
		fail(err)
		for i := 0; i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(data[0])<<8+int(data[1]) {
				fail(fmt.Errorf("bundle %d ends within entry %d", bundle, i))
			}
			end := 2 + int(data[0])<<8 + int(data[1])
			if tlog.RecordHash(data[2:end]) != expected[i] {
				fail(fmt.Errorf("entry %d does not have the hash of its tile", seen))
			}
			data = data[end:]
			seen++
		}
		if len(data) != 0 {
			fail(fmt.Errorf("bundle %d has more than %d entries", bundle, width))
		}
	}
	return seen
}

// chosen gives every number of [0, size), or samples of it with both ends.
func chosen(size int64) []int64 {
	step := int64(1)
	if size > few {
		step = size / 97
	}
	var numbers []int64
	for n := int64(0); n < size; n += step {
		numbers = append(numbers, n)
	}
	return append(numbers, size-1)
}

func inclusion(tree tlog.Tree, hashes tlog.HashReader) int {
	numbers := chosen(tree.N)
	for _, n := range numbers {
		proof, err := tlog.ProveRecord(tree.N, n, hashes)
		fail(err)
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		fail(err)
		fail(tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf[0]))
	}
	return len(numbers)
}

func consistency(tree tlog.Tree, hashes tlog.HashReader) int {
	numbers := chosen(tree.N)
	for _, n := range numbers {
		root, err := tlog.TreeHash(n+1, hashes)
		fail(err)
		proof, err := tlog.ProveTree(tree.N, n+1, hashes)
		fail(err)
		fail(tlog.CheckTree(proof, tree.N, tree.Hash, n+1, root))
	}
	return len(numbers)
}

// older proves that the tree continues the one of a checkpoint kept from before.
func older(tree tlog.Tree, hashes tlog.HashReader, name string, verifier note.Verifier) {
	signed, err := os.ReadFile(name)
	fail(err)
	before := open(signed, verifier)
	if before.N == 0 {
		return
	}
	proof, err := tlog.ProveTree(tree.N, before.N, hashes)
	fail(err)
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
		fail(fmt.Errorf("not a continuation of size %d: %w", before.N, err))
	}
}
