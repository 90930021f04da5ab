package app

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"entractes/internal/base/clock"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/crypt"
)

// Finding is one thing the doctor looked at. Mend is what to do, in French, when it is not well.
type Finding struct {
	What string
	Well bool
	Mend string
}

// Examine looks at the surroundings of a house without changing them: key, database,
// schema, clock, address, ways out, promises that died.
func Examine(ctx context.Context, c config.Config) []Finding {
	out := []Finding{examineKey(c), examineFolder(c), examineAddress(ctx, c), examineChannels(c)}
	d, err := db.Open(ctx, c.Database, clock.Real())
	if err != nil {
		return append(out, Finding{What: "Base de données", Mend: "La base ne répond pas : vérifiez --database (" + err.Error() + ")."})
	}
	defer d.Close() //nolint:errcheck // nothing was written
	out = append(out, Finding{What: "Base de données (" + string(d.Engine()) + ")", Well: true})
	found, known, err := d.SchemaVersions(ctx)
	switch {
	case err != nil:
		return append(out, Finding{What: "Version du schéma", Mend: err.Error()})
	case found < known:
		return append(out, Finding{What: fmt.Sprintf("Version du schéma (%d)", found), Mend: fmt.Sprintf("Lancez « entractes migrate » pour passer à la version %d.", known)})
	case found > known:
		return append(out, Finding{What: fmt.Sprintf("Version du schéma (%d)", found), Mend: "La base est plus récente que ce programme : installez la dernière version."})
	}
	out = append(out, Finding{What: fmt.Sprintf("Version du schéma (%d)", found), Well: true})
	return append(out, examineClock(d), examineVault(ctx, c, d), examineQueue(ctx, d), examineBackup(ctx, c, d))
}

func examineKey(c config.Config) Finding {
	if c.MasterKeyText != "" {
		return Finding{What: "Clé maîtresse : donnée par un gardien de secrets", Well: true}
	}
	f := Finding{What: "Clé maîtresse"}
	info, err := os.Stat(c.MasterKey)
	switch {
	case os.IsNotExist(err):
		f.Mend = "Elle sera créée au premier démarrage : gardez-en une copie ailleurs que les sauvegardes."
		f.Well = true
	case err != nil:
		f.Mend = "Le fichier " + c.MasterKey + " ne peut pas être lu."
	case info.Mode().Perm()&0o077 != 0:
		f.Mend = "D’autres que le propriétaire peuvent lire " + c.MasterKey + " : chmod 600."
	default:
		f.Well = true
	}
	return f
}

func examineFolder(c config.Config) Finding {
	f := Finding{What: "Dossier des données", Well: true}
	if strings.Contains(c.Database, "://") {
		return f
	}
	folder := filepath.Dir(c.Database)
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		f.Well, f.Mend = false, folder+" n’est pas un dossier."
	}
	return f
}

func examineAddress(ctx context.Context, c config.Config) Finding {
	f := Finding{What: "Adresse d’écoute " + c.Listen}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		f.Mend = "L’adresse est déjà prise, ou n’est pas à nous : arrêtez l’autre programme ou changez --listen."
		return f
	}
	f.Well = l.Close() == nil
	return f
}

func examineChannels(c config.Config) Finding {
	f := Finding{What: "Messages vers l’extérieur", Well: true}
	if c.SMTPHost == "" && c.SMSGateway == "" {
		f.Mend = "Aucun message ne partira : configurez --smtp-host ou --sms-gateway."
	}
	return f
}

func examineClock(d *db.DB) Finding {
	f := Finding{What: "Horloge", Well: true}
	if off := d.Now().Sub(clock.Real().Now()).Abs(); off > tolerable {
		f.Well, f.Mend = false, fmt.Sprintf("L’horloge diffère de celle de la base de %s : réglez-la (NTP).", off)
	}
	return f
}

func examineVault(ctx context.Context, c config.Config, d *db.DB) Finding {
	f := Finding{What: "Clé et données", Well: true}
	key, err := os.ReadFile(c.MasterKey)
	if err != nil {
		return f // said by examineKey
	}
	v, err := crypt.Open(key)
	if err == nil {
		err = d.View(ctx, v.Check)
	}
	if err != nil {
		f.Well, f.Mend = false, "La clé maîtresse n’ouvre pas les données : remettez la bonne clé."
	}
	return f
}

func examineQueue(ctx context.Context, d *db.DB) Finding {
	f := Finding{What: "Promesses"}
	dead, err := queue.New(d, queue.Options{}).Dead(ctx)
	switch {
	case err != nil:
		f.Mend = err.Error()
	case len(dead) > 0:
		f.Mend = fmt.Sprintf("%d promesses ont échoué pour de bon ; la dernière : %s.", len(dead), dead[len(dead)-1].Kind)
	default:
		f.Well = true
	}
	return f
}
