// The part of a report that speaks of one certificate: what was checked, the claim with its numbers, the picture, how to check it.
#pragma once

#include <string>
#include <vector>

#include "report/html_page.hpp"

namespace narrows {

/// A certificate and what the trusted checker said of it.
struct ReportedCertificate {
  std::string file;         ///< its path, as commands name it
  std::string bytes;        ///< unpacked
  std::string file_sha256;  ///< of the file as it lies on the disk
  bool accepted = false;
  std::string claim;    ///< the claim line, if accepted
  std::string outcome;  ///< the checker's line
  std::string name;     ///< as it is shown; empty: its path
};

/// A row of the table at the top; `claim` in words.
struct CertificateSummary {
  std::string kind, verdict, claim;
  std::vector<std::string> theorems;
};

/// Appends the section. Only an accepted certificate has its claim and its picture shown; every number of the claim is listed beside its
/// path in the certificate.
///
/// Guarantee  pictures repeat the claim; where the claim does not hold what a picture needs (level curves), it is proved again and shown only if it
///            agrees with the claim.
[[nodiscard]] CertificateSummary add_certificate_section(HtmlPage* page,
                                                         const ReportedCertificate& certificate,
                                                         const std::string& anchor);

}  // namespace narrows
