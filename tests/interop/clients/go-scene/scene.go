// Package scene is what the stories in Go have in common: where they play, and how they check.
package scene

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	poll = 100 * time.Millisecond
	// limit is how long anything may take.
	limit = time.Minute
)

// Scene is what the environment says.
type Scene struct {
	URL, APIKey, Tenant, Login, Password, Folder, Target string
}

// FromEnvironment reads the variables that README.md lists.
func FromEnvironment() Scene {
	log.SetFlags(0)
	return Scene{
		URL:      variable("URL"),
		APIKey:   variable("API_KEY"),
		Tenant:   variable("TENANT"),
		Login:    variable("LOGIN"),
		Password: variable("PASSWORD"),
		Folder:   variable("FOLDER"),
		Target:   variable("TARGET"),
	}
}

func variable(name string) string {
	value := os.Getenv("STRONGROOM_" + name)
	Check(value != "", "STRONGROOM_%s is not set", name)
	return value
}

// Check ends the story unless something is as it should be.
func Check(is bool, format string, arguments ...any) {
	if !is {
		log.Fatalf(format, arguments...)
	}
}

// Must gives a value, or ends the story.
func Must[T any](value T, err error) T {
	Check(err == nil, "%v", err)
	return value
}

// Only gives the one element of a list.
func Only[T any](what string, list []T) T {
	Check(len(list) == 1, "%s: %d, not one", what, len(list))
	return list[0]
}

// Await asks until there is something.
func Await[T any](what string, ask func() (T, bool)) T {
	for end := time.Now().Add(limit); ; time.Sleep(poll) {
		if answer, is := ask(); is {
			return answer
		}
		Check(time.Now().Before(end), "%s: not within %s", what, limit)
	}
}

// CheckRecent ends the story unless a time lies within the last hour.
func CheckRecent(what string, at time.Time) {
	Check(time.Since(at).Abs() < time.Hour, "%s: %s is not now", what, at)
}

// CheckRestored holds the folder's copy below a target against the folder.
func (s Scene) CheckRestored(target string) {
	original := contents(s.Folder)
	restored := contents(filepath.Join(s.Target, target, filepath.Base(s.Folder)))
	Check(len(original) > 0, "%s is empty", s.Folder)
	for name, content := range original {
		other, is := restored[name]
		Check(is && bytes.Equal(content, other), "%s: %s is not as it was", target, name)
	}
	Check(len(restored) == len(original), "%s: %d files, not %d", target, len(restored), len(original))
}

func contents(folder string) map[string][]byte {
	found := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		found[name], err = os.ReadFile(path)
		return err
	})
	Check(err == nil, "%v", err)
	return found
}

// Large is the path of the file that is downloaded.
func (s Scene) Large() string {
	return filepath.Join(s.Folder, "large.bin")
}

// CheckDownloaded holds the bytes of the large file against the file.
func (s Scene) CheckDownloaded(content []byte) {
	original := Must(os.ReadFile(s.Large()))
	Check(bytes.Equal(content, original), "downloaded %d bytes, which are not those of the file", len(content))
}

// Plain sends JSON to a path that the document does not have, and gives the body of the answer.
func (s Scene) Plain(client *http.Client, method, path, body string, status int) []byte {
	request := Must(http.NewRequest(method, s.URL+path, strings.NewReader(body)))
	request.Header.Set("Content-Type", "application/json")
	response := Must(client.Do(request))
	defer response.Body.Close()
	answer := Must(io.ReadAll(response.Body))
	Check(response.StatusCode == status, "%s %s: %s: %s", method, path, response.Status, answer)
	return answer
}

// End says what was done.
func End(operations int) {
	fmt.Printf("both stories told, %d operations called\n", operations)
}
