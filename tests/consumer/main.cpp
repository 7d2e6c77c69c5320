// Reads a network, certifies that it has no critical point on all of R^d, and has the certificate checked.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "base/sha256.hpp"
#include "certify/certificate.hpp"
#include "checker/check.hpp"
#include "critical/certify.hpp"
#include "io/network_json.hpp"
#include "network/chain.hpp"

int main(int argc, char** argv) try {
  if (argc != 2) return 64;
  const std::string file = argv[1];
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};

  const narrows::Network network = narrows::parse_network_json(bytes, file);
  const narrows::Chain chain = narrows::make_chain(network, {}, file);
  narrows::Domain everywhere;
  everywhere.dim = network.input_dim;
  const narrows::CertifyResult result = narrows::certify(chain, everywhere, {}, file);
  std::cout << "verdict " << narrows::to_string(result.verdict) << '\n';

  const std::string certificate =
      narrows::critical_certificate(result, network, {}, {file, narrows::sha256_hex(bytes)});
  std::cout << narrows::checker::outcome_line(narrows::checker::check(certificate)) << '\n';
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 70;
}
