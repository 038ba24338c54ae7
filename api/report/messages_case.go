package report

import (
	"strconv"
	"strings"
)

// messagesNode is a part of a feature file.
type messagesNode struct {
	feature string // Of a scenario and a row.
	name    string // Of a scenario and a row, as Cucumber's JUnit formatter names it; of a step its keyword.
	plain   string // Of a row the name of its scenario, which pickles have too unless it has placeholders.
	line    *int
}

// document passes a feature file: what its scenarios are called, and where they are.
func (m *messagesReader) document() {
	m.json.members(func(name string) {
		if name != "feature" {
			return
		}
		var feature string
		m.json.members(func(name string) {
			switch name {
			case "name":
				feature = cutShort(m.json.text())
			case "children":
				var at []string // The ids of what belongs to the feature, whose name may come later.
				m.json.items(func() { m.child("", &at) })
				for _, id := range at {
					node := m.nodes[id]
					node.feature = feature
					m.nodes[id] = node
				}
			}
		})
	})
}

// child passes a scenario, a background or a rule of a feature.
func (m *messagesReader) child(rule string, ids *[]string) {
	m.json.members(func(name string) {
		switch name {
		case "scenario":
			m.scenario(rule, ids)
		case "rule":
			var title string
			m.json.members(func(name string) {
				switch name {
				case "name":
					title = m.json.text()
				case "children":
					m.json.items(func() { m.child(title, ids) })
				}
			})
		case "background":
			m.json.members(func(name string) {
				if name == "steps" {
					m.json.items(m.stepNode)
				}
			})
		}
	})
}

// messagesExamples are the rows of an outline.
type messagesExamples struct {
	name string
	rows []messagesRow
}

type messagesRow struct {
	id   string
	line *int
}

func (m *messagesReader) scenario(rule string, ids *[]string) {
	var id, plain string
	var line *int
	var examples []messagesExamples
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "name":
			plain = m.json.text()
		case "location":
			line = m.location()
		case "steps":
			m.json.items(m.stepNode)
		case "examples":
			m.json.items(func() { examples = append(examples, m.examples()) })
		}
	})
	full := joinNames(rule, plain)
	m.node(id, messagesNode{name: full, line: line}, ids)
	for i, table := range examples {
		for k, row := range table.rows {
			name := joinNames(full, table.name) + " - #" + strconv.Itoa(i+1) + "." + strconv.Itoa(k+1)
			m.node(row.id, messagesNode{name: name, plain: plain, line: row.line}, ids)
		}
	}
}

// joinNames puts names together as Cucumber's JUnit formatter does.
func joinNames(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " - " + b
}

func (m *messagesReader) examples() messagesExamples {
	var table messagesExamples
	m.json.members(func(name string) {
		switch name {
		case "name":
			table.name = m.json.text()
		case "tableBody":
			m.json.items(func() {
				var row messagesRow
				m.json.members(func(name string) {
					switch name {
					case "id":
						row.id = m.json.text()
					case "location":
						row.line = m.location()
					}
				})
				if m.admit(messagesOverhead) {
					table.rows = append(table.rows, row)
				}
			})
		}
	})
	return table
}

func (m *messagesReader) stepNode() {
	var id, keyword string
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "keyword":
			keyword = m.json.text()
		}
	})
	m.node(id, messagesNode{name: keyword}, nil)
}

func (m *messagesReader) location() *int {
	var line *int
	m.json.members(func(name string) {
		if name == "line" {
			line = count(m.json.text())
		}
	})
	return line
}

func (m *messagesReader) node(id string, node messagesNode, ids *[]string) {
	node.name, node.plain = cutShort(node.name), cutShort(node.plain)
	if m.admit(messagesOverhead + len(id) + len(node.name) + len(node.plain)) {
		m.nodes[id] = node
		if ids != nil {
			*ids = append(*ids, id)
		}
	}
}

func (m *messagesReader) pickle() {
	p := &messagesPickle{steps: map[string]string{}}
	var id string
	var tags []string
	size := 2 * messagesOverhead
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "name":
			p.name = cutShort(m.json.text())
		case "uri":
			p.uri = cutShort(cucumberFile(m.json.text()))
		case "location":
			p.line = m.location()
		case "astNodeIds":
			m.json.items(func() { p.node = m.json.text() })
		case "tags":
			m.json.items(func() {
				if tag := m.tag(); len(tags) < maxFields {
					tags = append(tags, tag)
				}
			})
		case "steps":
			m.json.items(func() { size += m.pickleStep(p) })
		}
	})
	p.tags = cutShort(strings.Join(tags, ", "))
	if m.admit(size + len(id) + len(p.name) + len(p.uri) + len(p.tags)) {
		m.pickles[id] = p
	}
}

func (m *messagesReader) tag() string {
	var tag string
	m.json.members(func(name string) {
		if name == "name" {
			tag = m.json.text()
		}
	})
	return tag
}

// pickleStep passes a step of a pickle and returns how much memory it takes.
func (m *messagesReader) pickleStep(p *messagesPickle) int {
	var id, node, text string
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "text":
			text = m.json.text()
		case "astNodeIds":
			if node == "" {
				node = m.json.joined("\n")
			}
		}
	})
	node, _, _ = strings.Cut(node, "\n")
	text = cutShort(trim(strings.TrimRight(m.nodes[node].name, " ") + " " + text))
	if len(p.steps) >= maxSteps {
		return 0
	}
	p.steps[id] = text
	return messagesOverhead + len(id) + len(text)
}

// testCase passes how a pickle is executed.
func (m *messagesReader) testCase() {
	c := &messagesCase{steps: map[string]string{}}
	var id string
	size := 2 * messagesOverhead
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "pickleId":
			c.pickle = m.json.text()
		case "testSteps":
			m.json.items(func() {
				var step, of string
				m.json.members(func(name string) {
					switch name {
					case "id":
						step = m.json.text()
					case "pickleStepId":
						of = m.json.text()
					}
				})
				if len(c.steps) < maxSteps {
					c.steps[step] = of
					size += messagesOverhead + len(step) + len(of)
				}
			})
		}
	})
	if m.admit(size + len(id) + len(c.pickle)) {
		m.cases[id] = c
	}
}

// describe gives a test the name, group and place of its pickle.
func (m *messagesReader) describe(t *test, p *messagesPickle) {
	node := m.nodes[p.node]
	t.name, t.folder, t.file, t.line = node.name, m.folders.of(node.feature, p.uri), p.uri, p.line
	if t.line == nil {
		t.line = node.line
	}
	switch {
	case t.name == "":
		t.name = p.name
	case node.plain != "" && p.name != node.plain: // It has placeholders.
		t.name += ": " + p.name
	}
}

// stepName is what a step of a run says, "" for a hook.
func (m *messagesReader) stepName(r *messagesRun, id string) string {
	if r.of == nil {
		return ""
	}
	p := m.pickles[r.of.pickle]
	if p == nil || r.of.steps[id] == "" {
		return ""
	}
	return p.steps[r.of.steps[id]]
}
