package handlers

import (
	"maps"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// filterWords say to a reader what the API says to a program about a parameter
// that makes no sense.
var filterWords = map[string]string{
	"status": "There is no such status.", "status_id": "There is no such status.", "result": "There is no such status.",
	"source_id": "There is no such source.", "milestone_id": "There is no such milestone.", "config_id": "There is no such configuration.",
	"created_by": "There is no such person.", "thread_id": "There is no such thread.", "tz": "There is no such time zone.",
	"sort": "The list cannot be sorted by this.", "order": "The list can be sorted upwards or downwards only.",
	"per_page": "A page cannot have that number of rows.", "page": "There is no such page.",
	"token": "There is no such token.", "outcome": "Requests are either accepted or refused.",
}

// inWords puts the problems of a filter into words for a reader. What is wrong
// with any parameter in the same way, and what is a date, the API says well enough.
func inWords(problems map[string][]string) map[string][]string {
	said := make(map[string][]string, len(problems))
	for field, sentences := range problems {
		words, isKnown := filterWords[field]
		isOfAny := slices.ContainsFunc(sentences, func(s string) bool {
			return strings.HasPrefix(s, "Must be valid UTF-8") || strings.HasPrefix(s, "May hold at most")
		})
		if isKnown && !isOfAny {
			sentences = []string{words}
		}
		said[field] = sentences
	}
	return said
}

// allWords are the sentences of problems one after the other. Those that need a
// subject have the name of their parameter.
func allWords(problems map[string][]string) []string {
	var words []string
	for _, field := range slices.Sorted(maps.Keys(problems)) {
		for _, sentence := range problems[field] {
			if strings.HasPrefix(sentence, "Must ") || strings.HasPrefix(sentence, "May ") {
				sentence = strings.TrimSpace((&api.Error{Fields: map[string][]string{field: {sentence}}}).Words())
			}
			words = append(words, sentence)
		}
	}
	return words
}

// shortNames name things as pages do.
var shortNames = strings.NewReplacer("automation run thread", "thread", "automation run", "run", "automation source", "source")
