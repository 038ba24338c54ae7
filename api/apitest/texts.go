package apitest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// texts are what must come back as it was sent: none is cut, none is markup.
func texts() map[string]string {
	return map[string]string{
		"emoji":         "🚀 family 👨‍👩‍👧, flag 🇩🇪",
		"right to left": "تشغيل \u200fليلي\u200e \u202e2026\u202c",
		"combining":     "e\u0301 and é, ﬁ, Å",
		"markup":        `<script>alert("1")</script> & &amp; <!-- ]]>`,
		"quotes":        "it's \"so\" `here`; DROP TABLE runs; --",
		"escapes":       `\u0041 \n %00 %s ${x} {{.}} $1`,
		"line breaks":   "one\r\ntwo\u2028three\u2029four\u0085five\ttab",
		"controls":      "\x1b[31mred\x1b[0m \x01\x7f",
		"blanks":        "a  b\u00a0c\u200bd\ufeffe",
		"comma":         "a, b,c",
		"astral":        "𝔄\U0010ffff\ufffd",
	}
}

func exerciseTexts(t *testing.T, s *stage) {
	for name, text := range texts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.requireText(t, text, text, text)
		})
	}
	t.Run("long", func(t *testing.T) {
		t.Parallel()
		// Contract 6.6 counts in UTF-16, where this emoji is two.
		s.requireText(t, strings.Repeat("x", 253)+"🚀", strings.Repeat("é", 748)+"🚀", strings.Repeat("line\n", 3275))
	})
}

// requireText sends texts in every place that takes one: name where there may be
// 255 characters, line where there may be 750, block where there may be several lines.
func (s *stage) requireText(t *testing.T, name, line, block string) {
	t.Helper()
	ctx, note := t.Context(), strings.ToValidUTF8(line[:min(len(line), 80)], "")
	config, err := s.writer.CreateConfig(ctx, s.projectID, api.NewConfig{Name: name})
	require.NoError(t, err)
	milestone, err := s.writer.CreateMilestone(ctx, s.projectID, api.NewMilestone{Name: name, Note: note, AutomationTags: []string{name}})
	require.NoError(t, err)
	more := api.Attachments{
		Artifacts: []api.Artifact{{Name: line, Note: note, URL: "https://ci.example.com/" + name}},
		Links:     []api.Link{{Name: line, Note: note, URL: "javascript:" + name}},
		Fields: []api.Field{
			{Type: api.FieldString, Name: line, Value: &line, Meta: api.Meta{name: line}},
			{Type: api.FieldText, Name: line, Value: &block},
			{Type: api.FieldHTML, Name: line, Value: &block},
			{Type: api.FieldConsole, Name: line, Value: &block},
			{Type: api.FieldURL, Name: line, Value: &line},
			{Type: api.FieldString, Name: "empty", Value: new("")},
			{Type: api.FieldString, Name: "none"},
		},
	}
	run, err := s.writer.CreateRun(ctx, s.projectID, api.NewRun{
		Name: line, Source: name, Config: name, Tags: []string{name, "x"}, Attachments: more,
	})
	require.NoError(t, err)
	thread, err := s.writer.CreateThread(ctx, run, api.ThreadUpdate{Fields: more.Fields, Artifacts: more.Artifacts})
	require.NoError(t, err)
	s.send(t, thread, api.NewTest{
		Key: "k", Name: line, Folder: line, Status: "failed", File: line, Artifacts: more.Artifacts, Fields: more.Fields,
	})

	detail, err := s.Reader.Run(ctx, run, []string{"automation_sources", "configs", "milestones"})
	require.NoError(t, err)
	got := detail.Result
	require.Equal(t, line, got.Name)
	require.Equal(t, []string{name, "x"}, got.Tags)
	require.Equal(t, more.Artifacts, got.Artifacts)
	require.Equal(t, more.Fields, got.Fields)
	require.Equal(t, more.Links, got.Links)
	require.Equal(t, more.Fields, got.Threads[0].Fields)
	require.Equal(t, more.Artifacts, got.Threads[0].Artifacts)
	require.Equal(t, api.Expands{
		Sources: []api.Named{{ID: got.SourceID, Name: name}}, Configs: []api.Named{{ID: config, Name: name}},
		Milestones: []api.Named{{ID: milestone, Name: name}},
	}, detail.Expands)
	goal, err := s.Reader.Milestone(ctx, milestone)
	require.NoError(t, err)
	require.Equal(t, []string{name, note, name}, []string{goal.Name, goal.Note, goal.AutomationTags[0]})
	test := s.tests(t, run)[0]
	require.Equal(t, []string{line, line}, []string{test.Name, test.Folder})
	if s.Insight != nil {
		whole, err := s.Insight.Test(ctx, run, test.ID)
		require.NoError(t, err)
		require.Equal(t, line, whole.File)
		require.Equal(t, more.Fields, whole.Fields)
		require.Equal(t, more.Artifacts, whole.Artifacts)
	}
	if s.Capabilities.Search {
		filter := api.NewRunFilter()
		filter.Q = name
		page, err := s.Reader.ListRuns(ctx, s.projectID, filter)
		require.NoError(t, err)
		require.Equal(t, []int64{run}, idsOf(page.Result, func(r api.Run) int64 { return r.ID }), "it is found by its source and tag")
	}
}
