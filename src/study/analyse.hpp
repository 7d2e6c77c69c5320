// One unit of a study: one network, one analysis, in this process.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/cancellation.hpp"
#include "critical/certify.hpp"
#include "study/plan.hpp"
#include "study/study_row.hpp"

namespace narrows {

struct StudyNetwork {
  Network network;
  std::string name;    ///< "network-17.json", or the file's name: the source that certificates name
  std::string sha256;  ///< of `text`, or of the file
  std::string text;    ///< the narrows-network/1 document; empty for networks that were read
  std::string error;   ///< the file is no network: why; its hash is known all the same
};

/// Network `number` of the plan. Errors  InputError if its file is not there.
[[nodiscard]] StudyNetwork study_network(const StudyPlan& plan, std::size_t number);

/// Refuses an analysis that none of the plan's networks can be asked. Files are read until one fits.
/// Errors  InputError: its domain, or a range, cannot be read, or the domain has another dimension than every network.
void require_askable(const StudyPlan& plan, const Analysis& analysis);

/// What becomes of a certificate: called with its text. May be empty.
using CertificateKeeper = std::function<void(const std::string& certificate)>;

/// The row of the unit; nothing if `stop` fired before it was finished.
///
/// Guarantee  every column but `seconds` depends on plan, network and analysis alone. What the analysis cannot be asked of this network is
///            undecided with the reason.
[[nodiscard]] std::optional<StudyRow> analyse(const StudyPlan& plan, const StudyNetwork& network,
                                              std::size_t number, std::size_t analysis, const StopToken& stop,
                                              const CertificateKeeper& keep = {});

/// The result of a certify analysis that `row` came from, computed again.
/// @param network  the row's, or the one that it is a copy of
/// Returns  nothing if its certificate has not the row's hash, or the verdict is another one.
[[nodiscard]] std::optional<CertifyResult> certify_again(const StudyPlan& plan, const StudyNetwork& network,
                                                         const StudyRow& row);

}  // namespace narrows
