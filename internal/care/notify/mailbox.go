package notify

import "strings"

// SecureDomains are those of the mailboxes where health data may be sent: the trusted
// space of MSSanté, and Apicrypt.
var SecureDomains = []string{"mssante.fr", "apicrypt.org"}

// SecureMailbox tells whether an address belongs to one of domains, or to a domain below
// one of them.
func SecureMailbox(address string, domains ...string) bool {
	name, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@")
	if !ok || name == "" || strings.ContainsAny(domain, "@ \t\r\n<>,;") {
		return false
	}
	for _, d := range domains {
		if d = strings.ToLower(strings.TrimSpace(d)); d != "" && (domain == d || strings.HasSuffix(domain, "."+d)) {
			return true
		}
	}
	return false
}
