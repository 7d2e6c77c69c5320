// Recursive descent over the grammar of formula.hpp.
#include <cctype>

#include "base/errors.hpp"
#include "theorems/formula_node.hpp"

namespace narrows::theorems {
namespace {

using Node = Formula::Node;
using Tree = std::shared_ptr<const Node>;

class Parser {
 public:
  Parser(const std::string& text, const std::string& where) : text_(text), where_(where) {}

  Tree whole() {
    Tree tree = disjunction();
    if (skip_blanks() < text_.size()) fail("'" + text_.substr(at_, 10) + "' is not expected here");
    return tree;
  }

 private:
  static constexpr int kDepth = 100;

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(where_ + ": column " + std::to_string(at_ + 1), what + " in `" + text_ + "`",
                     "see proofs/README.md for the language of checks");
  }

  std::size_t skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_;
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (text_.compare(at_, token.size(), token) != 0) return false;
    at_ += token.size();
    return true;
  }
  void need(std::string_view token) {
    if (!take(token)) fail("'" + std::string(token) + "' is missing");
  }

  static Tree make(Node::Kind kind, std::string word, std::vector<Tree> children) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->word = std::move(word);
    node->children = std::move(children);
    return node;
  }
  static Tree constant(Value value) {
    auto node = std::make_shared<Node>();
    node->constant = std::move(value);
    return node;
  }

  Tree disjunction() {
    if (++depth_ > kDepth) fail("brackets are nested too deeply");
    Tree tree = conjunction();
    while (take("||")) tree = make(Node::Kind::binary, "||", {tree, conjunction()});
    --depth_;
    return tree;
  }
  Tree conjunction() {
    Tree tree = negation();
    while (take("&&")) tree = make(Node::Kind::binary, "&&", {tree, negation()});
    return tree;
  }
  Tree negation() {
    skip_blanks();
    if (text_.compare(at_, 2, "!=") != 0 && take("!")) {
      if (++depth_ > kDepth) fail("too many signs");
      Tree inner = negation();
      --depth_;
      return make(Node::Kind::unary, "!", {inner});
    }
    return chain();
  }
  Tree chain() {
    Tree first = sum();
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::chain;
    node->children = {first};
    for (bool more = true; more;) {
      more = false;
      for (const std::string_view relation : {"<=", ">=", "==", "!=", "<", ">"})
        if (take(relation)) {
          node->words.emplace_back(relation);
          node->children.push_back(sum());
          more = true;
          break;
        }
    }
    return node->words.empty() ? first : node;
  }
  Tree sum() {
    Tree tree = product();
    while (true) {
      if (take("+"))
        tree = make(Node::Kind::binary, "+", {tree, product()});
      else if (take("-"))
        tree = make(Node::Kind::binary, "-", {tree, product()});
      else
        return tree;
    }
  }
  Tree product() {
    Tree tree = with_sign();
    while (true) {
      if (take("*"))
        tree = make(Node::Kind::binary, "*", {tree, with_sign()});
      else if (take("/"))
        tree = make(Node::Kind::binary, "/", {tree, with_sign()});
      else
        return tree;
    }
  }
  Tree with_sign() {
    if (take("-")) {
      if (++depth_ > kDepth) fail("too many signs");
      Tree inner = with_sign();
      --depth_;
      return make(Node::Kind::unary, "-", {inner});
    }
    Tree base = place();
    if (take("^")) return make(Node::Kind::binary, "^", {base, with_sign()});
    return base;
  }
  Tree place() {
    Tree tree = atom();
    while (true) {
      if (take("."))
        tree = make(Node::Kind::member, name("a key"), {tree});
      else if (take("[")) {
        tree = make(Node::Kind::element, "", {tree, disjunction()});
        need("]");
      } else
        return tree;
    }
  }
  Tree atom() {
    skip_blanks();
    if (at_ >= text_.size()) fail("the formula ends too early");
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (std::isdigit(c)) return number();
    if (c == '"') return quoted();
    if (take("(")) {
      Tree inner = disjunction();
      need(")");
      return inner;
    }
    if (take("[")) return make(Node::Kind::list, "", arguments("]"));
    const std::string word = name("a number, a name or a bracket");
    if (word == "true" || word == "false") return constant(Value(word == "true" ? Truth::yes : Truth::no));
    if (word == "null") return constant({});
    if (word == "pi") return constant(Value(circle_number()));
    if (take("(")) return make(Node::Kind::call, word, arguments(")"));
    return make(Node::Kind::name, word, {});
  }
  std::vector<Tree> arguments(std::string_view closing) {
    std::vector<Tree> list;
    if (take(closing)) return list;
    do list.push_back(disjunction());
    while (take(","));
    need(closing);
    return list;
  }
  Tree number() {
    const std::size_t first = at_;
    const auto digits = [&] {
      while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) ++at_;
    };
    digits();
    if (at_ < text_.size() && text_[at_] == '.') ++at_, digits();
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && text_[at_] == '-') ++at_;
      digits();
    }
    const auto value = parse_number(text_.substr(first, at_ - first));
    if (!value) fail("'" + text_.substr(first, at_ - first) + "' is not a number");
    return constant(Value(Enclosure(*value)));
  }
  Tree quoted() {
    const std::size_t first = ++at_, last = text_.find('"', first);
    if (last == std::string::npos) fail("a quotation mark is missing");
    at_ = last + 1;
    return constant(Value(text_.substr(first, last - first)));
  }
  std::string name(const std::string& wanted) {
    skip_blanks();
    const std::size_t first = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_') &&
           (at_ > first || !std::isdigit(static_cast<unsigned char>(text_[at_]))))
      ++at_;
    if (at_ == first) fail(wanted + " is missing");
    return text_.substr(first, at_ - first);
  }

  const std::string& text_;
  const std::string& where_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::shared_ptr<const Formula::Node> parse_formula(const std::string& text, const std::string& where) {
  return Parser(text, where).whole();
}

}  // namespace narrows::theorems
