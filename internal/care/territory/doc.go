// Package territory knows the places: the communes of France with their names, postal codes, points
// and time zones (embedded, read once when first asked); the territories an operator draws as lists
// of communes; the settings of each territory, versioned; and the contours he may import for the map.
//
// A commune is named by its INSEE code. A point marked Approximate comes from the postal code and is
// off by some kilometres: a distance computed from it is shown as such.
//
// Anybody signed in may read communes, territories and settings. Territory administrators save the
// settings of their own territory; platform administrators save everything.
package territory
