set multiplot layout 1, 3 margins 0.075, 0.985, 0.15, 0.9 spacing 0.085
colours = '0x0072B2 0x009E73 0xD55E00'
at(m, name) = column('degree') == m ? column(name) : NaN
set logscale xy
set key bottom left reverse Left samplen 1.5
set format y '10^{%T}'
set ylabel offset 1.5

file = tables.'propagation.tsv'
set title '(i) M of N neurons compute Φ = Heₘ'
set xrange [1e-3:1]
set yrange [0.1:1000]
set format x '10^{%T}'
set xlabel 'M/N'
set ylabel 'squared RKHS norm of σ(Φ)'
plot \
  1 / x with lines lc rgb grey dt 3 lw 2 title 'N/M', \
  for [i = 1:3] file using (at(2 * i - 1, 'x')):(at(2 * i - 1, 'predicted')) \
    with lines lw 2 lc rgb int(word(colours, i)) title sprintf('m = %d, (1/R + M/N)^{−1}', 2 * i - 1), \
  for [i = 1:3] file using (at(2 * i - 1, 'x')):(at(2 * i - 1, 'y')):(at(2 * i - 1, 'low')):\
    (at(2 * i - 1, 'high')) with yerrorbars pt 7 lc rgb int(word(colours, i)) notitle

file = tables.'propagation-power.tsv'
set title '(ii) λ of x₁ grows D-fold'
set xrange [1.7:19]
set yrange [1:3e8]
set format x '%g'
set xtics 2, 2
set xlabel 'D'
set ylabel 'growth of λ of Heₘ'
set key top left
plot \
  for [i = 1:3] x ** (2 * i - 1) with lines lw 2 lc rgb int(word(colours, i)) \
    title sprintf('D^%d', 2 * i - 1), \
  for [i = 1:3] file using (at(2 * i - 1, 'x')):(at(2 * i - 1, 'saturating')) \
    with lines lw 1.5 dt 3 lc rgb int(word(colours, i)) notitle, \
  keyentry with lines lw 1.5 dt 3 lc rgb black title 'd = 400, erf saturates', \
  for [i = 1:3] file using (at(2 * i - 1, 'x')):(at(2 * i - 1, 'y')):(at(2 * i - 1, 'low')):\
    (at(2 * i - 1, 'high')) with yerrorbars pt 7 lc rgb int(word(colours, i)) notitle

file = tables.'propagation-lazy.tsv'
set title '(iii) a lazy layer keeps ratios'
set xrange [2e-3:0.25]
set yrange [1e-3:1]
set format x '10^{%T}'
set xtics auto
set xtics 1e-5, 10
set xlabel 'λ of σ(Heₘ) before the layer'
set ylabel 'λ after it'
plot \
  for [i = 1:3] file using (at(2 * i - 1, 'x')):(at(2 * i - 1, 'predicted')) \
    with lines lw 2 lc rgb grey title i == 1 ? 'predicted' : '', \
  for [i = 1:3] file using (at(2 * i - 1, 'x')):(at(2 * i - 1, 'y')):(at(2 * i - 1, 'low')):\
    (at(2 * i - 1, 'high')) with yerrorbars pt 7 lc rgb int(word(colours, i)) \
    title sprintf('m = %d', 2 * i - 1)
unset multiplot
