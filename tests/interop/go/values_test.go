package interop

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// listed are the values that the SDK lists for members of its models, by Model_Field. They are constants of
// the package, of which nothing is left at run time; so they are read from its source.
var listed = func() map[string][]string {
	generated, err := build.Import(reflect.TypeFor[sdk.BackupRecoveryV1]().PkgPath(), ".", build.FindOnly)
	if err != nil {
		panic(err)
	}
	source := filepath.Join(generated.Dir, "backup_recovery_v1.go")
	tree, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
	if err != nil {
		panic(err)
	}
	values := map[string][]string{}
	for _, declaration := range tree.Decls {
		group, isGroup := declaration.(*ast.GenDecl)
		if !isGroup || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			constant := spec.(*ast.ValueSpec)
			words := strings.SplitN(constant.Names[0].Name, "_", 3)
			literal, isLiteral := constant.Values[0].(*ast.BasicLit)
			if len(words) != 3 || !isLiteral {
				continue
			}
			if text, err := strconv.Unquote(literal.Value); err == nil {
				values[words[0]+"_"+words[1]] = append(values[words[0]+"_"+words[1]], text)
			}
		}
	}
	return values
}()

// unlisted tells of the texts that are none of the values listed for their member, if any are.
func unlisted(path string, raw any, values []string) []string {
	if items, isList := raw.([]any); isList {
		var found []string
		for _, item := range items {
			found = append(found, unlisted(path, item, values)...)
		}
		return found
	}
	if text, isText := raw.(string); isText && values != nil && !slices.Contains(values, text) {
		return []string{fmt.Sprintf("%s: %q is none of %q", path, text, values)}
	}
	return nil
}
