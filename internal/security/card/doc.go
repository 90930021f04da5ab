// Package card reads who somebody is from the certificate of a professional card (CPS), as a TLS
// connection presents it: its chain up to the roots of IGC-Santé, its dates, its use, its family, its
// subject, and whether its issuer took it back.
//
// It looks at certificates and lists; whoever owns the connection has made sure that the
// browser holds the key (the TLS handshake does), and package auth says whose account it is.
package card
