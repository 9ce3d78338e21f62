set multiplot
set size 0.37, 1
set origin 0, 0
set lmargin 10
file = tables.'attention-exponents-samples.tsv'
stats file using 'samples' name 'p' nooutput
stats file using 'scale' name 'x' nooutput
colours = '0x0072B2 0x009E73 0xD55E00'
at(k, name) = abs(column('alignment') - 0.1 * k) < 0.01 ? column(name) : NaN
# The height of an error bar: none where the interval is missing.
bar(height, low) = low == low ? height : NaN
set logscale xy
set yrange [0.6 * p_min:6 * p_max]
set xrange [0.85 * x_min:1.2 * x_max]
set xtics 1, 2
set ytics 1, 2
unset mxtics
unset mytics
set key top left reverse Left
set xlabel '√(L d³)'
set ylabel 'P*: samples for alignment A'
set title 'lines: slope 1'
plot for [k = 1:3] file using (at(k, 'scale')):(value(sprintf('crossing_0%d', k)) * at(k, 'scale')) \
    with lines lw 1.2 lc rgb int(word(colours, k)) notitle, \
  for [k = 1:3] file using (at(k, 'scale')):(bar(at(k, 'samples'), at(k, 'low'))):(at(k, 'low')):(at(k, 'high')) \
    with yerrorbars pt -1 lc rgb int(word(colours, k)) notitle, \
  for [k = 1:3] file using (at(k, 'scale')):(at(k, 'samples')):(shape(k, column('certified'))) \
    with points pt variable ps 0.7 lc rgb int(word(colours, k)) notitle, \
  for [k = 1:3] file using (at(k, 'scale')):(at(k, 'predicted')) with points pt 1 ps 1.1 lw 1.5 \
    lc rgb int(word(colours, k)) notitle, \
  for [k = 1:3] keyentry with points pt shape(k, 1) lc rgb int(word(colours, k)) title sprintf('A = 0.%d', k), \
  keyentry with points pt 1 ps 1.1 lw 1.5 lc rgb black title 'free energy, nothing fitted', \
  keyentry with points pt 6 lc rgb black title 'a data set uncertified'

file = tables.'attention-exponents.tsv'
unset logscale
unset xtics
set xtics nomirror out scale 0.6
set size 0.2, 1
set lmargin 5.5
set xlabel 'A that defines P*'
unset ylabel
set xrange [0.05:0.35]
set xtics (0.1, 0.2, 0.3)
set ytics auto
set key top left reverse Left samplen 1.5
shift(choice) = column('alignment') + 0.016 * (choice - 1)
only(choice, name) = column('choice') == choice ? column(name) : NaN

set origin 0.37, 0
set title 'a of P* ∝ L^a d^b'
set yrange [0:1.1]
plot \
  0.5 with lines lw 2 lc rgb black title 'limit, 1/2', \
  for [k = 0:2] file using (shift(k)):(only(k, 'predicted_length_exponent')) \
    with points pt 1 ps 1.3 lw 1.5 lc rgb black notitle, \
  for [k = 0:2] file using (shift(k)):(only(k, 'cost_length_exponent')) \
    with points pt 2 ps 0.9 lw 1.2 lc rgb grey notitle, \
  keyentry with points pt 1 ps 1.3 lw 1.5 lc rgb black title 'free energy', \
  keyentry with points pt 2 ps 0.9 lw 1.2 lc rgb grey title 'least cost', \
  file using (shift(0)):(bar(only(0, 'length_exponent'), only(0, 'length_low'))):(only(0, 'length_low')):\
    (only(0, 'length_high')) with yerrorbars pt 7 lc rgb blue title 'all sizes', \
  file using (shift(1)):(bar(only(1, 'length_exponent'), only(1, 'length_low'))):(only(1, 'length_low')):\
    (only(1, 'length_high')) with yerrorbars pt 5 lc rgb vermilion title 'L ≥ d', \
  file using (shift(2)):(bar(only(2, 'length_exponent'), only(2, 'length_low'))):(only(2, 'length_low')):\
    (only(2, 'length_high')) with yerrorbars pt 9 lc rgb green \
    title sprintf('L > %d', shortest), \
  file using (shift(0)):(only(0, 'length_exponent')) with points pt 7 lc rgb blue notitle, \
  file using (shift(1)):(only(1, 'length_exponent')) with points pt 5 lc rgb vermilion notitle, \
  file using (shift(2)):(only(2, 'length_exponent')) with points pt 9 lc rgb green notitle

set origin 0.57, 0
set title 'b, bars: 95 % intervals'
set yrange [0.9:2.3]
plot \
  1.5 with lines lw 2 lc rgb black title 'limit, 3/2', \
  for [k = 0:2] file using (shift(k)):(only(k, 'predicted_dimension_exponent')) \
    with points pt 1 ps 1.3 lw 1.5 lc rgb black notitle, \
  for [k = 0:2] file using (shift(k)):(only(k, 'cost_dimension_exponent')) \
    with points pt 2 ps 0.9 lw 1.2 lc rgb grey notitle, \
  keyentry with points pt 1 ps 1.3 lw 1.5 lc rgb black title 'free energy', \
  keyentry with points pt 2 ps 0.9 lw 1.2 lc rgb grey title 'least cost', \
  file using (shift(0)):(bar(only(0, 'dimension_exponent'), only(0, 'dimension_low'))):(only(0, 'dimension_low')):\
    (only(0, 'dimension_high')) with yerrorbars pt 7 lc rgb blue title 'all sizes', \
  file using (shift(1)):(bar(only(1, 'dimension_exponent'), only(1, 'dimension_low'))):(only(1, 'dimension_low')):\
    (only(1, 'dimension_high')) with yerrorbars pt 5 lc rgb vermilion title 'L ≥ d', \
  file using (shift(2)):(bar(only(2, 'dimension_exponent'), only(2, 'dimension_low'))):(only(2, 'dimension_low')):\
    (only(2, 'dimension_high')) with yerrorbars pt 9 lc rgb green \
    title sprintf('L > %d', shortest), \
  file using (shift(0)):(only(0, 'dimension_exponent')) with points pt 7 lc rgb blue notitle, \
  file using (shift(1)):(only(1, 'dimension_exponent')) with points pt 5 lc rgb vermilion notitle, \
  file using (shift(2)):(only(2, 'dimension_exponent')) with points pt 9 lc rgb green notitle

# The exponent of L over three neighbouring L, one beside the other.
file = tables.'attention-exponents-windows.tsv'
set size 0.23, 1
set origin 0.77, 0
set title 'a over three neighbouring L'
set offsets 0, 0, 0, 0
set xrange [*:*]
set yrange [*:*]
middle(k) = stringcolumn('series') eq 'L' && abs(column('alignment') - 0.1 * k) < 0.01 ? \
  sqrt(column('from') * column('to')) : NaN
set xtics () nomirror out scale 0.6
set xlabel 'the middle L'
beside(k, x) = middle(k) * 2**(0.22 * (k - 2.5) + x)
if (length_windows_02 > 0) {
  stats file using (log(middle(2)) / log(2)) name 'm' nooutput
  set logscale x 2
  set yrange [0:1.1]
  set xrange [2**(m_min - 0.5):2**(m_max + 0.5)]
  set for [i = floor(m_min + 0.5):floor(m_max + 0.5)] xtics add (sprintf('%d', 2**i) 2**i)
  plot \
    0.5 with lines lw 2 lc rgb black title 'limit, 1/2', \
    for [k = 2:3] file using (beside(k, -0.05)):'predicted' with points pt 1 ps 1.1 lw 1.5 \
      lc rgb int(word(colours, k)) notitle, \
    for [k = 2:3] file using (beside(k, -0.05)):'exponent':'low':'high' with yerrorbars pt 6 \
      lc rgb int(word(colours, k)) title sprintf('sampled, A = 0.%d', k), \
    for [k = 2:3] file using (beside(k, 0.05)):'extrapolated':'extrapolated_low':'extrapolated_high' \
      with yerrorbars pt 9 lc rgb int(word(colours, k)) title sprintf('extrapolated, 0.%d', k)
}
unset multiplot
