// SPDX-License-Identifier: Apache-2.0
// Arrays of the boundary. The host may be younger or older than the plugin, so that its structs may be longer or
// shorter than those this plugin was compiled with: rows step by the stride that the host gives, and a field is read
// only when the row's own `size` says that the host filled it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>

#include <relais/text.h>

namespace relais {
inline namespace sdk {

// One struct of the boundary, borrowed until the call that gave it returns. Cheap to copy.
template <class Raw>
class View {
 public:
  using raw_type = Raw;

  explicit View(const Raw* raw) noexcept : raw_(raw) {}
  [[nodiscard]] const Raw* raw() const noexcept { return raw_; }

 protected:
  // The field, or `otherwise` when the host did not fill it.
  template <class Field>
  [[nodiscard]] Field read(Field Raw::*member, std::type_identity_t<Field> otherwise) const noexcept {
    return filled(member) ? raw_->*member : otherwise;
  }

  [[nodiscard]] std::string_view read_text(relais_str Raw::*member) const noexcept {
    return filled(member) ? view(raw_->*member) : std::string_view{};
  }

  [[nodiscard]] bool read_flag(std::uint32_t Raw::*member) const noexcept { return read(member, 0U) != 0U; }

 private:
  template <class Field>
  [[nodiscard]] bool filled(Field Raw::*member) const noexcept {
    const auto* const end = reinterpret_cast<const std::byte*>(&(raw_->*member)) + sizeof(Field);
    return raw_->size >= static_cast<std::size_t>(end - reinterpret_cast<const std::byte*>(raw_));
  }

  const Raw* raw_;
};

// A sequence of `T`, where T is a View of a struct of the boundary. Borrowed; forward iteration; no allocation.
template <class T>
class rows {
 public:
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = T;
    using pointer = void;

    iterator() noexcept = default;
    iterator(const std::byte* at, std::size_t stride) noexcept : at_(at), stride_(stride) {}

    T operator*() const noexcept { return T(reinterpret_cast<const typename T::raw_type*>(at_)); }
    iterator& operator++() noexcept {
      at_ += stride_;
      return *this;
    }
    iterator operator++(int) noexcept {
      const iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

   private:
    const std::byte* at_ = nullptr;
    std::size_t stride_ = 0;
  };

  rows() noexcept = default;
  explicit rows(relais_rows raw) noexcept
      : data_(static_cast<const std::byte*>(raw.data)), count_(raw.data == nullptr ? 0 : raw.count), stride_(raw.stride) {}

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] iterator begin() const noexcept { return {data_, stride_}; }
  [[nodiscard]] iterator end() const noexcept { return {count_ == 0 ? data_ : data_ + count_ * stride_, stride_}; }
  // `index` must be less than size().
  [[nodiscard]] T operator[](std::size_t index) const noexcept { return *iterator(data_ + index * stride_, stride_); }

 private:
  const std::byte* data_ = nullptr;
  std::size_t count_ = 0;
  std::size_t stride_ = 0;
};

}  // namespace sdk
}  // namespace relais
