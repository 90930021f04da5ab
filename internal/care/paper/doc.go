// Package paper writes on paper what was written in a request: the care report, and the
// evidence of who was asked. It reads nothing by itself: what it is given was opened for
// somebody who may read it.
package paper
