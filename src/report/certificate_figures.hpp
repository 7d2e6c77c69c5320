// One figure, or a few, for each kind of claim, made from the certificate alone: what it proves is drawn from its claim and its proof; values
// of the embedded network between them are sampled, and the captions say so.
//
// Every function expects a document that the checker has accepted, and appends to the page tables and figures; those that cannot draw a
// claim (more inputs than a picture has) append nothing or say so.
// Errors  InputError if the document holds what cannot be drawn.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "network/model.hpp"
#include "report/html_page.hpp"

namespace narrows::certified {

/// The certificate, the network in it, and the name of the network's file.
struct Document {
  const nlohmann::json& json;
  const Network& network;
  std::string title;
};

// tunnel_figure.cpp
void add_tunnel(HtmlPage* page, const Document& document);
// level_figures.cpp
void add_level_curve(HtmlPage* page, const Document& document);
void add_level_area(HtmlPage* page, const Document& document);
// critical_figures.cpp
void add_critical(HtmlPage* page, const Document& document);
void add_ratios(HtmlPage* page, const Document& document);
void add_partition(HtmlPage* page, const Document& document);
void add_clarke(HtmlPage* page, const Document& document);
// regime_figures.cpp
void add_regime_map(HtmlPage* page, const Document& document);
void add_branches(HtmlPage* page, const Document& document);
// error_figures.cpp
void add_distance(HtmlPage* page, const Document& document);
void add_sup_error(HtmlPage* page, const Document& document);
// approximation_figure.cpp
void add_approximation(HtmlPage* page, const Document& document);
// flow_figure.cpp
void add_flow(HtmlPage* page, const Document& document);
// robust_figure.cpp
void add_robust(HtmlPage* page, const Document& document);

/// As many rows as the tables of lists show.
inline constexpr std::size_t kMostRows = 60;
/// "… and N more in the certificate.", if the list has more than kMostRows.
void say_more(HtmlPage* page, std::size_t count);

/// What every caption of a figure with sampled values ends with.
inline constexpr const char* kSampled = " Colours and level lines are drawn by sampling, not certified.";

}  // namespace narrows::certified
