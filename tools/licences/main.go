// Command licences reads a CycloneDX list on its standard input and writes one line for each library:
// licence, name, version. It ends with a failure when a library has no known licence, or one that a program given to
// everybody may not hold.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// allowed are the licences of the libraries we ship, each of which lets a program be given, changed and sold.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense", "CC0-1.0", "0BSD", "OFL-1.1"}

// read are the licences that were read in the library itself, where the detector does not know the text.
var read = map[string]string{"github.com/pressly/goose/v3": "MIT", "golang.org/x/": "BSD-3-Clause"}

// known is the licence read for a library, or "".
func known(name string) string {
	for prefix, id := range read {
		if strings.HasPrefix(name, prefix) {
			return id
		}
	}
	return ""
}

type list struct {
	Components []struct {
		Name     string `json:"name"`
		Version  string `json:"version"`
		Licenses []struct {
			License struct {
				ID string `json:"id"`
			} `json:"license"`
		} `json:"licenses"`
	} `json:"components"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var l list
	if err := json.NewDecoder(os.Stdin).Decode(&l); err != nil {
		return err
	}
	var lines, wrong []string
	for _, c := range l.Components {
		var ids []string
		if id := known(c.Name); id != "" {
			c.Licenses, ids = nil, []string{id}
		}
		for _, one := range c.Licenses {
			ids = append(ids, one.License.ID)
		}
		if len(ids) == 0 || !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(allowed, id) }) {
			wrong = append(wrong, c.Name+" "+strings.Join(ids, "+"))
		}
		lines = append(lines, fmt.Sprintf("%-16s %s %s", strings.Join(ids, "+"), c.Name, c.Version))
	}
	slices.Sort(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("no licence that lets the program be given: %s", strings.Join(wrong, ", "))
	}
	return nil
}
