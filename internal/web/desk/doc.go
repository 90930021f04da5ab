// Package desk is what supervisors, operators and wards see of a territory: the console
// of supervision, what one shift tells the next, its accounts and its help.
//
// The console is one page: what it shows is in its address, so that it can be kept,
// sent and read again. Acts are posted here to come back to the same place of the list.
package desk
