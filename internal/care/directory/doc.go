// Package directory knows who may be asked: professionals, and the structures that answer as one
// resource (SOS Médecins, an ambulance company, a cabinet…) or ask (a hospital ward). Both carry a
// practice: the communes they serve or the radius they reach, the acts and kinds of care they accept,
// their weekly windows, their absences, and two one-tap statements that always have an end: « complet
// jusqu’à » (busy) and « disponible maintenant jusqu’à » (open). The later of the two erases the other.
//
//	                 covers commune or reaches point          free at some moment of the time care is wanted
//	subject ──────────────── Candidates ───────────────▶ candidate ─────────────── Available ───────────────▶ verdict
//
// Candidates reads the database and decides nothing else; Available is a pure function.
//
// Whoever is signed in reads the cards of his territory: name, profession, work phone. A person changes
// his own practice, the users of a structure that of their structure, a territory administrator all
// those of his territory. Patients never read a professional's phone here.
package directory
