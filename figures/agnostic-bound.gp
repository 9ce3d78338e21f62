set multiplot layout 1, 2
set lmargin 7.5
file = tables.'agnostic-bound.tsv'
lines = tables.'agnostic-bound-bound.tsv'
colours = '0x0072B2 0xB27500 0xD55E00'
colour(i) = int(word(colours, i))
at(panel, i, name) = column('panel') == panel && column('degree') == i ? column(name) : NaN
open(i) = int(word('6 4 8', i))
filled(i) = int(word('7 5 9', i))

set logscale x
set xrange [6.5:1250]
set yrange [0:1.42]
set ytics 0, 0.2, 1
set xtics (8, 16, 32, 64, 128, 256, 512, 1024)
set xlabel 'samples P'
set ylabel 'learnability, ± s.e. over subsets' offset 1
set key top left reverse Left
do for [i = 1:3] {
  low = value('shade_low_'.i); high = value('shade_high_'.i)
  low = low < 6.5 ? 6.5 : low > 1250 ? 1250 : low
  high = high < 6.5 ? 6.5 : high > 1250 ? 1250 : high
  if (high > low) {
    set object i rectangle from low, first 0 to high, first 1 behind \
      fillstyle solid 0.13 noborder fillcolor rgb colour(i)
  }
}
set title 'digits, D = 10'
plot \
  for [i = 1:3] lines using (at(1, i, 'samples')):(at(1, i, 'bound')) with lines lw 1.6 dt 2 \
    lc rgb colour(i) notitle, \
  for [i = 1:3] file using (at(1, i, 'samples')):(at(1, i, 'learnability')):\
    (at(1, i, 'learnability_error')) with yerrorbars pt filled(i) lc rgb colour(i) notitle, \
  for [i = 1:3] file using (at(1, i, 'samples')):(at(1, i, 'test')):(at(1, i, 'test_error')) \
    with yerrorbars pt open(i) lc rgb colour(i) notitle, \
  for [i = 1:3] keyentry with points pt filled(i) lc rgb colour(i) \
    title sprintf('degree %d', i)

do for [i = 1:3] { unset object i }
set title 'uniform inputs, D = 10'
unset ylabel
plot \
  for [i = 1:3] lines using (at(2, i, 'samples')):(at(2, i, 'bound')) with lines lw 1.6 dt 2 \
    lc rgb colour(i) notitle, \
  for [i = 1:3] file using (at(2, i, 'samples')):(at(2, i, 'learnability')):\
    (at(2, i, 'learnability_error')) with yerrorbars pt filled(i) lc rgb colour(i) notitle, \
  for [i = 1:3] file using (at(2, i, 'samples')):(at(2, i, 'test')):(at(2, i, 'test_error')) \
    with yerrorbars pt open(i) lc rgb colour(i) notitle, \
  keyentry with points pt 7 lc rgb black title 'L, over the uniform sphere', \
  keyentry with points pt 6 lc rgb black title 'on the rows that are left', \
  keyentry with lines lw 1.6 dt 2 lc rgb black title 'bound of L'
unset multiplot
