package demo

import (
	"time"

	"entractes/internal/care/nomenclature"
)

// who asks, as a role in the story.
type who string

const (
	byMaternity  who = "maternity"
	byGynae      who = "gynae"
	bySurgery    who = "surgery"
	byWard       who = "ward"
	byEmergency  who = "emergency"
	bySOS        who = "sos"
	byGP         who = "gp"
	byNurse      who = "nurse"
	byPharmacist who = "pharmacist"
	byMidwife    who = "midwife"
	byOperator   who = "operator"
)

// need is one usual request: who asks whom for what.
type need struct {
	by         who
	weight     float64
	profession nomenclature.ProfessionCode
	line       string
	acts       []nomenclature.ActCode
	mode       nomenclature.Mode
	urgency    nomenclature.Urgency
	// start is how long after asking care is wanted; 0 means as soon as possible, tomorrow the next morning.
	start   time.Duration
	perDay  int
	days    int
	about   kind
	after   bool // a birth took place: the maternity block says when
	before  bool // a birth is expected
	night   bool // also asked at night
	motives []string
}

// tomorrow stands for the next morning.
const tomorrow = -1

// needs are the usual requests of the territory. Every text is fiction.
var needs = []need{
	{by: byMaternity, weight: 9, profession: nomenclature.Midwife, acts: []nomenclature.ActCode{"SF06", "SF08"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 3, about: mother, after: true, motives: []string{
		"Sortie standard. Deuxième enfant, allaitement maternel bien débuté.", "Première grossesse, voie basse. Souhaite un soutien à l’allaitement.", "Sortie à J3, périnée intact. Conjoint présent jusqu’à vendredi.", "Bébé à repeser : perte de 8 % à la sortie."}},
	{by: byMaternity, weight: 8, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE01", "IDE10"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 6, about: mother, after: true, motives: []string{
		"Césarienne. Injections jusqu’à J10, agrafes à retirer à J6.", "Césarienne programmée, a déjà une sage-femme. Bilan sanguin deux fois par semaine.", "Sortie ce jour. Ordonnance et matériel remis à la patiente."}},
	{by: byGynae, weight: 5, profession: nomenclature.Midwife, acts: []nomenclature.ActCode{"SF02", "SF01"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 0, about: mother, before: true, motives: []string{
		"Hypertension traitée, antécédent de pré-éclampsie. Consultation à l’hôpital le mardi et le vendredi.", "Grossesse gémellaire. Monitoring trois fois par semaine.", "Menace d’accouchement prématuré, repos à domicile. Rappeler le service si contractions."}},
	{by: byGynae, weight: 3, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE20"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, perDay: 2, days: 0, about: mother, before: true, motives: []string{
		"Tensiomètre connecté remis à la patiente. Tension deux fois par jour jusqu’à l’accouchement."}},
	{by: bySurgery, weight: 12, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE09", "IDE03"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 10, about: adult, motives: []string{
		"Hernie inguinale opérée. Pansement à refaire tous les jours, anticoagulant dix jours.", "Cholécystectomie. Quatre orifices, pansements simples. Agrafes à J10.", "Prothèse de hanche. Sortie demain matin, accompagné par son fils.", "Ligament croisé. Redon retiré ce matin."}},
	{by: bySurgery, weight: 5, profession: nomenclature.Physio, acts: []nomenclature.ActCode{"MK01"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U4, start: tomorrow, perDay: 1, days: 15, about: elder, motives: []string{
		"Prothèse totale de hanche. Marche avec deux cannes, escalier à travailler.", "Prothèse de genou. Flexion 80°. Vit seule, deuxième étage sans ascenseur."}},
	{by: byWard, weight: 6, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE22", "IDE23"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 15, about: elder, motives: []string{
		"Décompensation cardiaque. Peser chaque jour, prévenir si + 2 kg.", "Sortie après chute. Pilulier à préparer, aide de la fille le week-end.", "BPCO. Saturation et fréquence à chaque passage."}},
	{by: byWard, weight: 2, profession: nomenclature.SSIAD, acts: []nomenclature.ActCode{"IDE25"}, mode: nomenclature.HomeVisit, urgency: nomenclature.Planned, start: 3 * 24 * time.Hour, perDay: 1, days: 0, about: elder, motives: []string{
		"Retour à domicile lundi. Toilette et transferts, lit médicalisé livré."}},
	{by: byWard, weight: 2, profession: nomenclature.PSAD, acts: []nomenclature.ActCode{"PS01"}, mode: nomenclature.Delivery, urgency: nomenclature.U4, start: tomorrow, about: elder, motives: []string{
		"Lit médicalisé et matelas avant le retour. Appeler la fille pour la livraison."}},
	{by: byWard, weight: 2, profession: nomenclature.SocialService, acts: []nomenclature.ActCode{"SO04"}, mode: nomenclature.SocialInterview, urgency: nomenclature.U4, start: tomorrow, about: elder, motives: []string{
		"Dossier APA à monter avant le retour à domicile. Épouse fatiguée."}},
	{by: bySOS, weight: 9, profession: nomenclature.AmbulanceCompany, line: ambulanceLine, acts: []nomenclature.ActCode{"TR01"}, mode: nomenclature.Transport, urgency: nomenclature.U1, about: elder, night: true, motives: []string{
		"Vers les urgences. Code à l’entrée, troisième étage sans ascenseur.", "Moins d’une heure si possible. Oxygène 2 L.", "Patient allongé, brancard nécessaire. Épouse accompagnante.", "Vers les urgences, repère : portail vert face à l’école."}},
	{by: bySOS, weight: 3, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE13"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U1, perDay: 2, days: 5, about: elder, night: true, motives: []string{
		"Pneumopathie, refuse l’hospitalisation. Première perfusion ce jour, antibiotique laissé sur place.", "Pyélonéphrite. Antibiotique IV à débuter dans les quatre heures."}},
	{by: bySOS, weight: 1.5, profession: nomenclature.Physio, line: physioLine, acts: []nomenclature.ActCode{"MK05"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U1, about: infant, motives: []string{
		"Bronchiolite, encombrement. Saturation 96 %."}},
	{by: byGP, weight: 14, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE08"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U2, perDay: 1, days: 15, about: elder, motives: []string{
		"Ulcère de jambe gauche, protocole joint à l’ordonnance.", "Escarre sacrée stade 2. Matelas commandé.", "Plaie du pied diabétique, pas de fièvre."}},
	{by: byGP, weight: 8, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE05"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U2, days: 1, about: elder, motives: []string{
		"Bilan à jeun demain matin si possible.", "INR à contrôler, changement de traitement.", "NFS, CRP, ionogramme. Résultat à me téléphoner."}},
	{by: byGP, weight: 4, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE12"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U1, perDay: 1, days: 3, about: elder, motives: []string{
		"Gastro-entérite, boit mal. Un litre sur la nuit.", "Déshydratation débutante, fille présente."}},
	{by: byGP, weight: 3, profession: nomenclature.Specialist, acts: []nomenclature.ActCode{"SP01"}, mode: nomenclature.ExpertOpinion, urgency: nomenclature.U3, about: adult, motives: []string{
		"ECG joint. Palpitations depuis deux jours, sans signe de gravité.", "Lésion du dos qui change. Photo prise au cabinet."}},
	{by: byGP, weight: 2.5, profession: nomenclature.Laboratory, acts: []nomenclature.ActCode{"LB01"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, about: elder, motives: []string{
		"Ne peut pas se déplacer. Bilan de surveillance."}},
	{by: byGP, weight: 2.5, profession: nomenclature.Imaging, acts: []nomenclature.ActCode{"RX"}, mode: nomenclature.Examination, urgency: nomenclature.U3, about: adult, motives: []string{
		"Chute hier. Radiographie du poignet, résultat à me faire parvenir.", "Toux traînante. Radiographie du thorax."}},
	{by: byGP, weight: 3, profession: nomenclature.Physio, acts: []nomenclature.ActCode{"MK08"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U4, start: tomorrow, perDay: 0, days: 20, about: elder, motives: []string{
		"Deux chutes en un mois. Équilibre et relevé du sol."}},
	{by: byGP, weight: 2, profession: nomenclature.HAD, acts: []nomenclature.ActCode{"HA01"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U4, start: tomorrow, days: 0, about: elder, motives: []string{
		"Soins palliatifs à domicile, famille d’accord."}},
	{by: byNurse, weight: 5, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE25", "IDE04"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U3, start: tomorrow, perDay: 2, days: 10, about: elder, motives: []string{
		"Relais pendant mes congés. Clés chez la voisine.", "Tournée complète cette semaine, patient à reprendre."}},
	{by: byNurse, weight: 5, profession: nomenclature.GP, acts: []nomenclature.ActCode{"MG01"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U2, about: elder, motives: []string{
		"Fièvre à 38,9 depuis hier soir, confusion légère. Médecin traitant absent.", "Œdème de jambe unilatéral, douleur au mollet.", "Plaie qui se creuse, pas d’ordonnance à jour."}},
	{by: byNurse, weight: 3, profession: nomenclature.Pharmacy, acts: []nomenclature.ActCode{"PH01"}, mode: nomenclature.Delivery, urgency: nomenclature.U2, about: elder, motives: []string{
		"Plus de compresses ni d’antibiotique. Ordonnance photographiée."}},
	{by: byPharmacist, weight: 4, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE09"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U2, perDay: 1, days: 10, about: adult, motives: []string{
		"Ordonnance de sortie présentée au comptoir, personne prévenu pour les pansements."}},
	{by: byPharmacist, weight: 3, profession: nomenclature.GP, acts: []nomenclature.ActCode{"MG02"}, mode: nomenclature.Consultation, urgency: nomenclature.U2, about: adult, motives: []string{
		"Cystite probable au comptoir, médecin traitant absent jusqu’à lundi.", "Traitement antihypertenseur terminé, plus d’ordonnance."}},
	{by: byMidwife, weight: 2, profession: nomenclature.GP, acts: []nomenclature.ActCode{"MG01"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U2, about: mother, motives: []string{
		"Sein rouge et chaud, 38,5. Allaitement à préserver."}},
	{by: byOperator, weight: 5, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE07"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U2, perDay: 1, days: 5, about: elder, motives: []string{
		"Appel du cabinet, sans application. Rappeler le secrétariat après acceptation."}},
	{by: byEmergency, weight: 4, profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE07", "IDE20"}, mode: nomenclature.HomeVisit, urgency: nomenclature.U2, perDay: 1, days: 5, about: elder, night: true, motives: []string{
		"Retour des urgences. Surveillance de plaie du cuir chevelu.", "Retour à domicile cette nuit, tension à contrôler matin et soir."}},
	{by: byEmergency, weight: 3, profession: nomenclature.AmbulanceCompany, line: ambulanceLine, acts: []nomenclature.ActCode{"TR04"}, mode: nomenclature.Transport, urgency: nomenclature.U1, about: elder, night: true, motives: []string{
		"Retour à domicile, assis, accompagné. Clés sur le patient."}},
}

// reports are what providers write. Every text is fiction.
var reports = map[nomenclature.ProfessionCode][]string{
	nomenclature.Nurse: {
		"Contact pris avec le service pour confirmer la date de début. Patient autonome, bien entouré.",
		"Plaie propre, berges saines. Pansement refait selon protocole. Pas de douleur.",
		"Soins faits sans difficulté. Tension 13/8, température 36,9. Ordonnance à renouveler dans la semaine.",
		"Message laissé à la fille pour confirmer l’heure de passage. Patient sans médecin traitant.",
		"Cicatrisation complète, soins terminés. À revoir par le médecin traitant.",
	},
	nomenclature.Midwife: {
		"Mère et bébé vont bien. Poids de naissance repris, allaitement efficace.",
		"Tension 14/9 au repos, pas de céphalée. Monitoring sans anomalie, transmis au service.",
		"Cicatrice propre. Conseils d’allaitement donnés, prochain passage dans deux jours.",
	},
	nomenclature.Physio: {
		"Bonne participation. Flexion à 95°, marche avec une canne à l’intérieur.",
		"Désencombrement efficace, saturation 98 % après la séance.",
	},
	nomenclature.GP: {
		"Vu à domicile. Antibiotique débuté, surveillance infirmière demandée.",
		"Examen rassurant. Traitement renouvelé, à revoir par son médecin dans dix jours.",
	},
	nomenclature.AmbulanceCompany: {
		"Patient pris en charge sans incident, confié à l’accueil des urgences.",
		"Retour au domicile, patient installé, voisine présente.",
	},
}

// otherReports serve those who have none of their own.
var otherReports = []string{"Fait comme demandé, rien à signaler.", "Personne contactée, rendez-vous honoré. Le demandeur est prévenu."}

// notes are what is written at a passage.
var notes = []string{
	"RAS, soins faits.", "Patient en forme. Douleur 2/10.", "Pansement refait, léger suintement.", "Constantes stables.", "Famille rencontrée, explications données.",
	"Un peu fatigué aujourd’hui, boit bien.", "Bonne évolution.",
}

// thread is what requester and provider write to each other, by turns.
var thread = [][2]string{
	{"Merci. L’ordonnance est dans la pochette bleue, sur la table.", "Bien reçu, je passe demain matin avant 9 h."},
	{"Pouvez-vous appeler la fille avant de venir ?", "Fait, elle sera là pour ouvrir."},
	{"Le matériel est livré cet après-midi.", "Parfait, je commence dès réception."},
	{"Le patient préfère la fin de matinée.", "C’est noté, vers 11 h 30."},
}
