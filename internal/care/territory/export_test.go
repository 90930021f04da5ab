package territory

// Unpack gives the tests the text of an embedded file.
var Unpack = unpack

// Load reads every embedded file and builds the index again, as the first use does.
func Load() int {
	g := readPlaces()
	return len(newIndex(g).entries)
}

// ReadTopology gives the tests the reader of contours.
var ReadTopology = readTopology
