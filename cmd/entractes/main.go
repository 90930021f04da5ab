// Command entractes is the whole product: serve, demo, load, migrate, config, user, territory, patient, doctor,
// key, audit, import, backup, verify, restore.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/infra/config"
)

// commands are what the binary does. Every option may also come from the environment.
type commands struct {
	config.Config

	Serve     serve        `cmd:"" help:"Serve the house."`
	Demo      demoCmd      `cmd:"" help:"Serve a living territory to try the product on: nobody in it exists."`
	Load      load         `cmd:"" help:"Make a territory of any size, to measure a house before people come: nobody in it exists."`
	Migrate   migrate      `cmd:"" help:"Bring the database to this version and stop."`
	Show      showConfig   `cmd:"" name:"config" help:"Print every option, documented, with its default."`
	User      user         `cmd:"" help:"Add an account, or list them."`
	Territory territoryCmd `cmd:"" help:"Draw a territory, or list them."`
	Patient   patientCmd   `cmd:"" help:"Copy a file for whoever asks for his own, list those at their term."`
	Doctor    doctor       `cmd:"" help:"Check the surroundings and say what to mend."`
	Key       keyCmd       `cmd:"" help:"Rotate the master key while people work."`
	Audit     auditCmd     `cmd:"" help:"Read the audit trail."`
	Import    importCmd    `cmd:"" help:"Import reference data: contours of communes."`
	Backup    backupCmd    `cmd:"" help:"Copy the house while it works, encrypted by the master key, and restore the copy for proof."`
	Verify    verify       `cmd:"" help:"Restore a copy into a file that is thrown away, to know that it is good."`
	Restore   restore      `cmd:"" help:"Make the house of a copy in an empty database, of either engine."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run does one command and returns the exit code: 0, 1 for a refusal, 2 for a command that cannot be read.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	var c commands
	helped := false
	parser, err := kong.New(&c, kong.Name("entractes"), kong.Writers(out, errs), kong.Exit(func(int) { helped = true }),
		kong.Description("Entr’Actes finds, within minutes, the professional a patient at home needs."), kong.Bind(output{in, out, errs}))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	k, err := parser.Parse(args)
	if helped {
		return 0 // kong has written the help, and goes on as if nothing had been asked
	}
	if err != nil {
		fmt.Fprintf(errs, "Cette commande n’est pas comprise. « entractes --help » dit ce qui peut s’écrire.\n%v\n", err)
		return 2
	}
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // kong has checked it
	slog.SetDefault(slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: level})))
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(&c.Config); err != nil {
		return explain(errs, err)
	}
	return 0
}

// output is where commands read and write.
type output struct {
	in        io.Reader
	out, errs io.Writer
}

// explain writes a refusal as a French sentence, and its cause for whoever operates the
// house when it is not the fault of what was typed.
func explain(w io.Writer, err error) int {
	p := i18n.For("fr")
	said, ours := false, len(fault.Fields(err)) == 0
	for _, f := range fault.Fields(err) {
		ours = ours || f.Kind == fault.KindInternal || f.Kind == fault.KindUnavailable
		if p.Has("fault." + f.Code) {
			fmt.Fprintln(w, p.Fault(f))
			said = true
		}
	}
	if !said {
		fmt.Fprintln(w, "La commande n’a pas abouti. Le détail suit.")
	}
	if ours {
		fmt.Fprintln(w, "entractes:", err)
	}
	return 1
}
