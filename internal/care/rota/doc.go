// Package rota knows who is on call: duty lines (« SOS Médecins », « Ambulance astreinte », « Kiné
// bronchiolite ») and their shifts. A line answers as one profession, for the whole territory or for some
// communes. Its people on duty are asked one after the other, in the order of their ranks, or all
// together. Being on duty is being available: neither radius nor windows are asked of them.
//
// A shift holds its beginning and not its end. Shifts of one line may overlap: several people are then on
// duty together. Whoever is signed in reads the lines of his territory; its administrators write them.
package rota
