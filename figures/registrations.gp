file = tables.'registrations.tsv'
of(s, name) = stringcolumn('study') eq s ? column(name) : NaN
# A point without an interval has no bar: gnuplot would draw a dash at the axis.
bar(height, low) = low == low ? height : NaN
stem(s) = s[1:strstrt(s.'-', '-') - 1].(strstrt(s, '-') ? '_'.stem(s[strstrt(s, '-') + 1:*]) : '')
colours = '0x000000 0xD55E00 0x0072B2 0x009E73'
colour(i) = int(word(colours, i))
slope(s) = value(stem(s).'_exponent')
set multiplot layout 1, 2
set logscale xy
set ytics (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
set yrange [10:9000]
set xlabel 'input dimension d'
set ylabel 'P*'
set key top left reverse Left samplen 1.5
do for [panel = 1:2] {
  if (panel == 1) {
    set title 'two layers'
    set xrange [5:100]
    set xtics (6, 8, 12, 16, 24, 32, 64)
    names = 'two-layer-quintic two-layer-wide two-layer-mean-field two-layer-narrow'
    labels = '"He_5, N = d (1)" "N = d^2 (3/2)" "mean field, N = d (3/2)" "N = 3 d^{1/4} (15/16)"'
  } else {
    set title 'deeper, and a convolution'
    set xrange [5:1700]
    set xtics (8, 16, 32, 64, 128, 256, 512, 1024)
    names = 'three-layer-wide-second three-layer-wide-first four-layer-wide-first cnn-few-channels'
    labels = '"three layers, d, d^2 (1)" "three layers, d^{3/2}, d (1)" \
      "four layers, d^{3/2}, d^{3/2}, d (1)" "convolution (5/8)"'
  }
  plot \
    for [i = 1:words(names)] file using (of(word(names, i), 'dimension')):\
      (of(word(names, i), 'fitted')) with lines lc rgb colour(i) lw 1 notitle, \
    for [i = 1:words(names)] file using (of(word(names, i), 'dimension')):\
      (bar(of(word(names, i), 'samples'), of(word(names, i), 'low'))):\
      (of(word(names, i), 'low')):(of(word(names, i), 'high')) \
      with yerrorbars pt -1 lc rgb colour(i) notitle, \
    for [i = 1:words(names)] file using (of(word(names, i), 'dimension')):\
      (of(word(names, i), 'samples')):(shape(i, column('certified'))) \
      with points pt variable lc rgb colour(i) notitle, \
    for [i = 1:words(names)] keyentry with linespoints pt shape(i, 1) lc rgb colour(i) \
      title sprintf('%s: %.2f', word(labels, i), slope(word(names, i))), \
    keyentry with points pt 6 lc rgb black title 'hollow: not all certified'
}
unset multiplot
