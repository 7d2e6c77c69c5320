#include "theorems/formula.hpp"

#include "theorems/formula_node.hpp"

namespace narrows::theorems {
namespace {

using Node = Formula::Node;

Value compute(const Node& node, const Scope& scope);

const Value& look_up(const std::string& name, const Scope& scope) {
  for (auto entry = scope.rbegin(); entry != scope.rend(); ++entry)
    if (entry->first == name) return entry->second;
  throw FormulaError("nothing is called " + name);
}

/// A number that must be a whole one from 0 to 10^6 in size: an index, an exponent, a count.
long whole_number(const Value& value) {
  const Enclosure x = value.number();
  if (!x.is_point() || denominator(*x.lo) != 1 || *x.lo > 1000000 || *x.lo < -1000000)
    throw FormulaError(to_text(value) + " is not a small whole number");
  return x.lo->convert_to<long>();
}

Truth related(const Value& a, const std::string& relation, const Value& b) {
  if (relation == "==") return same(a, b);
  if (relation == "!=") return !same(a, b);
  if (relation == "<") return less(a.number(), b.number());
  if (relation == "<=") return at_most(a.number(), b.number());
  if (relation == ">") return less(b.number(), a.number());
  if (relation == ">=") return at_most(b.number(), a.number());
  throw FormulaError("\"" + relation + "\" is not a relation");
}

Value binary(const Node& node, const Scope& scope) {
  const std::string& op = node.word;
  const Value a = compute(*node.children[0], scope);
  // A certain left side decides: the right side may then be meaningless.
  if (op == "&&" && a.truth() == Truth::no) return a;
  if (op == "||" && a.truth() == Truth::yes) return a;
  const Value b = compute(*node.children[1], scope);
  if (op == "&&") return Value(both(a.truth(), b.truth()));
  if (op == "||") return Value(either(a.truth(), b.truth()));
  if (op == "^") return Value(power(a.number(), whole_number(b)));
  if (op == "+") return Value(a.number() + b.number());
  if (op == "-") return Value(a.number() - b.number());
  if (op == "*") return Value(a.number() * b.number());
  return Value(a.number() / b.number());
}

/// all, any, map: the third argument for each element, which is called by the second.
Value for_each(const Node& node, const Scope& scope) {
  if (node.children.size() != 3 || node.children[1]->kind != Node::Kind::name)
    throw FormulaError(node.word + " needs a list, a name and a formula");
  const Value list = compute(*node.children[0], scope);
  Scope inner = scope;
  inner.emplace_back(node.children[1]->word, Value());
  Truth truth = node.word == "all" ? Truth::yes : Truth::no;
  std::vector<Value> results;
  for (const Value& item : list.items()) {
    inner.back().second = item;
    Value result = compute(*node.children[2], inner);
    if (node.word == "map")
      results.push_back(std::move(result));
    else
      truth = node.word == "all" ? both(truth, result.truth()) : either(truth, result.truth());
  }
  return node.word == "map" ? Value(std::move(results)) : Value(truth);
}

Value extreme(const std::string& which, const std::vector<Value>& arguments) {
  const std::vector<Value>& values = arguments.size() == 1 ? arguments[0].items() : arguments;
  if (values.empty()) throw FormulaError("the " + which + " of nothing");
  Enclosure result = values[0].number();
  for (const Value& value : values)
    result = which == "min" ? smaller(result, value.number()) : larger(result, value.number());
  return Value(result);
}

Value call(const Node& node, const Scope& scope) {
  const std::string& f = node.word;
  if (f == "all" || f == "any" || f == "map") return for_each(node, scope);
  std::vector<Value> x;
  const auto need = [&](std::size_t count) {
    if (node.children.size() != count)
      throw FormulaError(f + " takes " + std::to_string(count) + " arguments");
  };
  if (f == "if") {
    need(3);
    const Truth condition = compute(*node.children[0], scope).truth();
    if (condition == Truth::unknown) throw FormulaError("the condition of if() is not certain");
    return compute(*node.children[condition == Truth::yes ? 1 : 2], scope);
  }
  for (const auto& child : node.children) x.push_back(compute(*child, scope));
  if ((f == "min" || f == "max") && !x.empty()) return extreme(f, x);
  if (f == "holds") return need(3), Value(related(x[0], x[1].text(), x[2]));
  if (f == "has") return need(2), Value(x[0].has(x[1].text()) ? Truth::yes : Truth::no);
  if (f == "contains")
    return need(2), Value(x[0].text().find(x[1].text()) != std::string::npos ? Truth::yes : Truth::no);
  need(1);
  if (f == "abs") return Value(absolute(x[0].number()));
  if (f == "lo" || f == "hi") {
    const Enclosure e = x[0].number();
    const auto& end = f == "lo" ? e.lo : e.hi;
    if (!end) throw FormulaError(to_text(x[0]) + " has no finite end there");
    return Value(Enclosure(*end));
  }
  if (f == "count")
    return Value(
        Enclosure(Rational(x[0].kind() == Value::Kind::text ? x[0].text().size() : x[0].items().size())));
  if (f == "sum") {
    Enclosure total{Rational(0)};
    for (const Value& value : x[0].items()) total = total + value.number();
    return Value(total);
  }
  if (f == "range") {
    std::vector<Value> numbers;
    for (long i = 0, n = whole_number(x[0]); i < n; ++i) numbers.emplace_back(Enclosure(Rational(i)));
    return Value(std::move(numbers));
  }
  return Value(elementary(f, x[0].number()));
}

Value compute(const Node& node, const Scope& scope) {
  const auto child = [&](std::size_t i) { return compute(*node.children[i], scope); };
  switch (node.kind) {
    case Node::Kind::constant:
      return node.constant;
    case Node::Kind::name:
      return look_up(node.word, scope);
    case Node::Kind::call:
      return call(node, scope);
    case Node::Kind::unary:
      return node.word == "!" ? Value(!child(0).truth()) : Value(-child(0).number());
    case Node::Kind::binary:
      return binary(node, scope);
    case Node::Kind::member:
      return child(0).member(node.word);
    case Node::Kind::element: {
      const Value list = child(0);
      const long i = whole_number(child(1)), n = static_cast<long>(list.items().size());
      return list.element(
          static_cast<std::size_t>(i < 0 ? n + i : i));  // -1 is the last; what is out of range is an error
    }
    case Node::Kind::list: {
      std::vector<Value> items;
      for (std::size_t i = 0; i < node.children.size(); ++i) items.push_back(child(i));
      return Value(std::move(items));
    }
    case Node::Kind::chain:
      break;
  }
  Truth all = Truth::yes;
  for (std::size_t i = 0; i < node.words.size(); ++i)
    all = both(all, related(child(i), node.words[i], child(i + 1)));
  return Value(all);
}

}  // namespace

Formula::Formula(const std::string& text, const std::string& where)
    : text_(text), root_(parse_formula(text, where)) {}

Value Formula::evaluate(const Scope& scope) const {
  return compute(*root_, scope);
}

std::string Formula::explain(const Scope& scope) const {
  if (root_->kind == Node::Kind::call && root_->word == "holds" && root_->children.size() == 3)
    return to_text(compute(*root_->children[0], scope)) + " " + compute(*root_->children[1], scope).text() +
           " " + to_text(compute(*root_->children[2], scope));
  if (root_->kind != Node::Kind::chain) return to_text(evaluate(scope));
  std::string text = to_text(compute(*root_->children[0], scope));
  for (std::size_t i = 0; i < root_->words.size(); ++i)
    text += " " + root_->words[i] + " " + to_text(compute(*root_->children[i + 1], scope));
  return text;
}

}  // namespace narrows::theorems
