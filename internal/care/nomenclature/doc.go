// Package nomenclature holds what can be asked of whom, and the words for it:
// professions and structures, care acts, care modes, urgencies, insurance schemes and
// the reasons people give. It is data with codes, embedded in the binary.
//
// A code is for ever: it is stored, sent and counted. A label may change, and exists in
// French and in English. Lists come in the order a person reads them. Everything here
// may be read concurrently, and what is returned must not be written to.
//
// Durations are the defaults of the platform; a territory may set its own. NGAP letters
// are hints for readers, never prices.
package nomenclature
