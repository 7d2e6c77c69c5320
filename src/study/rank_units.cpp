#include "study/rank_units.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <thread>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/errors.hpp"

namespace narrows {
namespace {

/// The first byte of a message. want: how many units, and the sender's fingerprint. result: seconds of computing, and a result. leave: nothing more
/// will come. units: from rank 0, one after the other; none: there is no more.
enum class Kind : char { want = 'w', result = 'r', leave = 'l', units = 'u' };

using Clock = std::chrono::steady_clock;
constexpr auto kPause =
    std::chrono::microseconds(1000);  // of rank 0 between two looks: MPI's own waiting would keep a core busy
constexpr auto kIdlePause = std::chrono::microseconds(100);  // of a rank that has nothing to compute
constexpr double kAhead = 0.1;                               // seconds of computing that a rank asks for
constexpr std::size_t kMostUnits = 512;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string message(Kind kind, const std::string& body = {}) {
  return std::string(1, static_cast<char>(kind)) + body;
}

std::string units_message(const std::vector<std::string>& units) {
  ByteWriter out;
  for (const std::string& unit : units) out.text(unit);
  return message(Kind::units, out.bytes());
}

std::string want_message(std::size_t count, const std::string& fingerprint) {
  ByteWriter out;
  out.number(count);
  out.text(fingerprint);
  return message(Kind::want, out.bytes());
}

std::string result_message(double seconds, const std::string& result) {
  ByteWriter out;
  out.number(seconds);
  out.text(result);
  return message(Kind::result, out.bytes());
}

ByteReader body_of(const RankLink::Message& got) {
  return ByteReader(std::string_view(got.bytes).substr(1));
}

}  // namespace

// ---- rank 0

RankLeader::RankLeader(RankLink* link, std::string fingerprint, const StopToken& stop)
    : link_(*link),
      fingerprint_(std::move(fingerprint)),
      stop_(stop),
      others_(static_cast<std::size_t>(link->size())),
      work_(others_.size()) {
  others_[0].left = true;
}

std::vector<std::string> RankLeader::next_units(UnitSource* source, std::size_t most) {
  std::vector<std::string> units;
  {
    const std::lock_guard lock(mutex_);
    for (; !returned_.empty() && units.size() < most; returned_.pop_front())
      units.push_back(returned_.front());
  }
  return units.empty() ? source->take(most) : units;
}

/// Goes on until the run is over: units of others may come back.
void RankLeader::compute_own(UnitSource* source, const ComputeUnit& compute) {
  std::unique_lock lock(mutex_);
  while (!over_ && !stop_.stop_requested()) {
    own_computes_ = true;
    lock.unlock();
    const auto units = next_units(source, 1);
    const auto start = Clock::now();
    std::optional<std::string> result;
    if (!units.empty()) result = compute(units[0]);
    lock.lock();
    own_computes_ = false;
    if (result) {
      own_results_.push_back({units[0], *result});
      own_seconds_ += seconds_since(start);
    } else if (!units.empty()) {
      return;
    } else {
      own_may_go_on_.wait_for(lock, 10 * kPause);
    }
  }
}

bool RankLeader::ending() const {
  return stop_.stop_requested() || own_failed_ || !foreign_.empty();
}

/// True if a message came.
bool RankLeader::receive(std::vector<UnitSource::Result>* results) {
  bool any = false;
  while (const auto got = link_.receive()) {
    any = true;
    Other& other = others_.at(static_cast<std::size_t>(got->from));
    ByteReader in = body_of(*got);
    switch (static_cast<Kind>(got->bytes.at(0))) {
      case Kind::want:
        other.asked = in.number<std::size_t>();
        if (in.text() != fingerprint_) {
          foreign_ = "the ranks were given different work";
          const std::lock_guard lock(mutex_);
          over_ = true;
        }
        break;
      case Kind::result: {
        RankWork& work = work_[static_cast<std::size_t>(got->from)];
        ++work.units;
        work.seconds += in.number<double>();
        results->push_back({std::move(other.given.at(0)), in.text()});
        other.given.pop_front();
        break;
      }
      case Kind::leave: {
        other.left = true;
        const std::lock_guard lock(mutex_);
        returned_.insert(returned_.end(), other.given.begin(), other.given.end());
        other.given.clear();
        break;
      }
      case Kind::units:
        break;
    }
  }
  return any;
}

/// Gives units to those who asked, as long as there are any. When all ends, they are told so.
bool RankLeader::answer(UnitSource* source) {
  bool any = false;
  for (std::size_t rank = 1; rank < others_.size(); ++rank) {
    Other& other = others_[rank];
    if (other.asked == 0 || other.left) continue;
    std::vector<std::string> units;
    if (source != nullptr && !ending()) {
      const std::size_t waiting = source->waiting();
      // Nobody hoards: toward the end units go to those who have nothing left.
      if (other.given.size() * others_.size() > waiting) continue;
      units = next_units(source, std::clamp<std::size_t>(waiting / (4 * others_.size()), 1, other.asked));
      if (units.empty()) continue;
    }
    other.asked = 0;
    other.given.insert(other.given.end(), units.begin(), units.end());
    link_.send(static_cast<int>(rank), units_message(units));
    any = true;
  }
  return any;
}

bool RankLeader::take_own(std::vector<UnitSource::Result>* results) {
  const std::lock_guard lock(mutex_);
  work_[0].units += own_results_.size();
  work_[0].seconds = own_seconds_;
  std::move(own_results_.begin(), own_results_.end(), std::back_inserter(*results));
  const bool any = !own_results_.empty();
  own_results_.clear();
  return any;
}

/// Asked when nothing has happened in a turn.
bool RankLeader::is_finished() {
  const auto idle = [](const Other& other) { return other.left || (other.given.empty() && other.asked > 0); };
  const std::lock_guard lock(mutex_);
  if (own_computes_ || !own_results_.empty()) return false;
  if (ending())
    return std::all_of(others_.begin(), others_.end(), [](const Other& other) { return other.left; });
  return returned_.empty() && std::all_of(others_.begin(), others_.end(), idle);
}

void RankLeader::run(UnitSource* source, const ComputeUnit& compute, const std::function<void()>& each_turn) {
  std::exception_ptr failure;
  over_ = false;
  own_failed_ = false;
  own_computes_ = true;
  std::thread own([&] {
    try {
      compute_own(source, compute);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure = std::current_exception();
      own_failed_ = true;
      own_computes_ = false;
    }
  });
  const auto end_own = [&] {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    own_may_go_on_.notify_all();
    own.join();
  };
  try {
    for (bool more = true; more;) {
      std::vector<UnitSource::Result> results;
      bool any = receive(&results);
      any |= answer(source);  // before rows are written: somebody may wait
      any |= take_own(&results);
      if (!results.empty()) source->deliver(results);
      if (each_turn) each_turn();
      more = any || !is_finished();
      if (!any && more) std::this_thread::sleep_for(kPause);
    }
  } catch (...) {
    end_own();
    throw;
  }
  end_own();
  if (failure) std::rethrow_exception(failure);
  if (!foreign_.empty()) throw InputError("--mpi", foreign_, "give every rank the same files and options");
}

void RankLeader::dismiss() {
  std::vector<UnitSource::Result> late;
  while (!std::all_of(others_.begin(), others_.end(), [](const Other& other) { return other.left; })) {
    if (!receive(&late) && !answer(nullptr)) std::this_thread::sleep_for(kPause);
  }
}

namespace {

class ListSource final : public UnitSource {
 public:
  explicit ListSource(const std::vector<std::string>& units) : units_(units) {}
  std::vector<std::string> take(std::size_t most) override {
    const std::lock_guard lock(mutex_);
    const auto begin = units_.begin() + static_cast<std::ptrdiff_t>(next_);
    next_ = std::min(next_ + most, units_.size());
    return {begin, units_.begin() + static_cast<std::ptrdiff_t>(next_)};
  }
  std::size_t waiting() const override {
    const std::lock_guard lock(mutex_);
    return units_.size() - next_;
  }
  void deliver(const std::vector<Result>& results) override {
    for (const Result& result : results) results_[result.unit] = result.bytes;
  }
  [[nodiscard]] std::optional<std::string> result_of(const std::string& unit) const {
    const auto place = results_.find(unit);
    return place == results_.end() ? std::nullopt : std::optional(place->second);
  }

 private:
  const std::vector<std::string>& units_;
  std::unordered_map<std::string, std::string> results_;
  mutable std::mutex mutex_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<std::optional<std::string>> compute_all(const std::vector<std::string>& units, RankLeader* leader,
                                                    const ComputeUnit& compute) {
  ListSource source(units);
  leader->run(&source, compute, {});
  std::vector<std::optional<std::string>> results;
  for (const std::string& unit : units) results.push_back(source.result_of(unit));
  return results;
}

// ---- the others

void run_as_other_rank(RankLink* link, const std::string& fingerprint, const ComputeUnit& compute,
                       const StopToken& stop) {
  std::deque<std::string> units;
  bool asked = false, more = true;
  double mean = 0;  // seconds of a unit
  std::size_t wanted = 1;
  try {
    while (!stop.stop_requested() && (more || !units.empty())) {
      if (more && !asked && units.size() <= std::max<std::size_t>(1, wanted / 2)) {
        link->send(0, want_message(wanted, fingerprint));
        asked = true;
      }
      while (const auto got = link->receive()) {
        asked = false;
        const std::size_t before = units.size();
        for (ByteReader in = body_of(*got); !in.empty();) units.push_back(in.text());
        more = units.size() > before;
      }
      if (units.empty()) {
        if (more) std::this_thread::sleep_for(kIdlePause);
        continue;
      }
      const std::string unit = units.front();
      units.pop_front();
      const auto start = Clock::now();
      const auto result = compute(unit);
      const double seconds = seconds_since(start);
      mean = mean == 0 ? seconds : 0.8 * mean + 0.2 * seconds;
      wanted = static_cast<std::size_t>(
          std::clamp(kAhead / std::max(mean, 1e-9), 1.0, static_cast<double>(kMostUnits)));
      if (result) link->send(0, result_message(seconds, *result));
    }
  } catch (...) {
    link->send(0, message(Kind::leave));
    throw;
  }
  link->send(0, message(Kind::leave));
}

}  // namespace narrows
